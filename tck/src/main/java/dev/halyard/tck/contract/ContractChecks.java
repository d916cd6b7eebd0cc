package dev.halyard.tck.contract;

import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.Subject;
import java.util.ArrayList;
import java.util.List;

/** Every check of rules S: the contract of dev.halyard.spi is kept. */
public final class ContractChecks {
  private ContractChecks() {}

  /**
   * {@return the checks that a device is put to}
   *
   * @param subject the device
   */
  public static List<Check> of(Subject subject) {
    List<Check> checks = new ArrayList<>();
    PluginChecks.addTo(checks);
    ClaimChecks.addTo(checks);
    MemoryChecks.addTo(checks);
    StreamChecks.addTo(checks);
    ProgramChecks.addTo(checks);
    LevelChecks.addTo(checks);
    return checks;
  }
}
