package dev.halyard.tck;

import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.Subject;
import dev.halyard.tck.numerical.NumericalChecks;
import java.util.List;

/**
 * Rules N: results are right.
 *
 * <p>Extend it in a build of one's own, without a body where system properties name the device
 * ({@code halyard.tck.device}), else with {@link #settings}.
 */
public abstract class NumericalConformanceTests extends ConformanceTests {
  /** For subclasses. */
  protected NumericalConformanceTests() {}

  @Override
  final List<Check> checks(Subject subject) {
    return NumericalChecks.of(subject);
  }
}
