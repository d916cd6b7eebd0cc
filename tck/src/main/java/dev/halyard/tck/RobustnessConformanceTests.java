package dev.halyard.tck;

import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.Subject;
import dev.halyard.tck.robustness.RobustnessChecks;
import java.util.List;

/**
 * Rules R: failure and abuse are survived.
 *
 * <p>Extend it in a build of one's own, without a body where system properties name the device
 * ({@code halyard.tck.device}), else with {@link #settings}.
 */
public abstract class RobustnessConformanceTests extends ConformanceTests {
  /** For subclasses. */
  protected RobustnessConformanceTests() {}

  @Override
  final List<Check> checks(Subject subject) {
    return RobustnessChecks.of(subject);
  }
}
