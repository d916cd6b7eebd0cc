package dev.halyard.tck.latency;

import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.Subject;
import dev.halyard.tck.contract.SimulatedTimeChecks;
import java.util.ArrayList;
import java.util.List;

/** Every check of rules L: results come in time. */
public final class LatencyChecks {
  private LatencyChecks() {}

  /**
   * {@return the checks that a device is put to}
   *
   * @param subject the device
   */
  public static List<Check> of(Subject subject) {
    List<Check> checks = new ArrayList<>();
    StructuralChecks.addTo(checks);
    RatioChecks.addTo(checks);
    TailChecks.addTo(checks);
    SharingChecks.addTo(checks);
    ServiceLevelChecks.addTo(checks, subject);
    SimulatedTimeChecks.addTo(checks);
    return List.copyOf(checks);
  }
}
