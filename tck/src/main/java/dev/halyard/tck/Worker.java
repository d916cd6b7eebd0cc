package dev.halyard.tck;

import dev.halyard.UnsupportedOnDeviceException;
import dev.halyard.tck.check.Area;
import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.check.Subject;
import dev.halyard.tck.contract.ContractChecks;
import dev.halyard.tck.latency.LatencyChecks;
import dev.halyard.tck.numerical.NumericalChecks;
import dev.halyard.tck.report.Environment;
import dev.halyard.tck.robustness.RobustnessChecks;
import dev.halyard.tck.run.Description;
import dev.halyard.tck.run.Runner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.EngineFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The process of one area: runs its checks with JUnit and exits. */
public final class Worker {
  private Worker() {}

  /**
   * Runs an area. Results go to the log; settings come as system properties.
   *
   * @param args the area's name; or DESCRIBE, and a file for the answer
   * @throws IOException if the answer cannot be written
   */
  public static void main(String[] args) throws IOException {
    if (args[0].equals(Description.ARGUMENT)) {
      describe(Path.of(args[1]));
    } else {
      run(Area.valueOf(args[0]));
    }
    // Threads of a broken plugin must not keep the process.
    Runtime.getRuntime().halt(0);
  }

  private static void describe(Path answer) throws IOException {
    Subject subject;
    try {
      subject = Subject.open(Settings.fromSystemProperties());
    } catch (UnsupportedOnDeviceException | IllegalArgumentException e) {
      Description.writeError(answer, String.valueOf(e.getMessage()));
      return;
    }
    try (subject) {
      Map<Area, List<Check>> checks = new EnumMap<>(Area.class);
      checks.put(Area.CONTRACT, ContractChecks.of(subject));
      checks.put(Area.NUMERICAL, NumericalChecks.of(subject));
      checks.put(Area.ROBUSTNESS, RobustnessChecks.of(subject));
      checks.put(Area.LATENCY, LatencyChecks.of(subject));
      new Description(Environment.of(subject), new Runner(subject).plan(checks)).write(answer);
    }
  }

  private static void run(Area area) {
    Class<?> tests =
        switch (area) {
          case CONTRACT -> Contract.class;
          case NUMERICAL -> Numerical.class;
          case ROBUSTNESS -> Robustness.class;
          case LATENCY -> Latency.class;
        };
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClass(tests))
                .filters(EngineFilter.includeEngines("junit-jupiter"))
                .build(),
            new Aborting());
  }

  static final class Contract extends ContractConformanceTests {}

  static final class Numerical extends NumericalConformanceTests {}

  static final class Robustness extends RobustnessConformanceTests {}

  static final class Latency extends LatencyConformanceTests {}
}
