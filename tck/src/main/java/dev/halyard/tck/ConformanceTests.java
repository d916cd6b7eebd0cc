package dev.halyard.tck;

import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.check.Subject;
import dev.halyard.tck.run.Runner;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What the four areas have in common: a test per check, named by its id. */
abstract class ConformanceTests {
  ConformanceTests() {}

  /**
   * {@return which device is tested, and how thoroughly; from system properties unless overridden}
   */
  protected Settings settings() {
    return Settings.fromSystemProperties();
  }

  abstract List<Check> checks(Subject subject);

  /** {@return a test per check} */
  @TestFactory
  Stream<DynamicTest> checks() {
    Subject subject = Subject.open(settings());
    Runner runner = new Runner(subject);
    return runner
        .chosen(checks(subject))
        .map(check -> DynamicTest.dynamicTest(check.id(), () -> run(runner, check, subject)))
        .onClose(subject::close);
  }

  /** A build's log names tests by their place alone. */
  private static void run(Runner runner, Check check, Subject subject) throws Throwable {
    try {
      runner.run(check);
    } catch (AssertionError broken) {
      throw new AssertionError(
          "%s: %s%nagain: -Dhalyard.tck.only='%s' -Dhalyard.tck.seed=%d"
              .formatted(check.id(), broken.getMessage(), check.id(), subject.settings().seed()),
          broken);
    }
  }
}
