package dev.halyard.tck;

import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.Subject;
import dev.halyard.tck.latency.LatencyChecks;
import java.util.List;

/**
 * Rules L: results come in time.
 *
 * <p>Extend it in a build of one's own, without a body where system properties name the device
 * ({@code halyard.tck.device}), else with {@link #settings}.
 */
public abstract class LatencyConformanceTests extends ConformanceTests {
  /** For subclasses. */
  protected LatencyConformanceTests() {}

  @Override
  final List<Check> checks(Subject subject) {
    return LatencyChecks.of(subject);
  }
}
