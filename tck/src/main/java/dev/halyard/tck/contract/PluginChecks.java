package dev.halyard.tck.contract;

import dev.halyard.spi.PluginInfo;
import dev.halyard.spi.Spi;
import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.Trial;
import java.util.List;

/** What a plugin says of itself, and how it probes. */
final class PluginChecks {
  private PluginChecks() {}

  static void addTo(List<Check> checks) {
    checks.add(Check.of("S-001", "info", PluginChecks::saysWhoItIs));
  }

  private static void saysWhoItIs(Trial trial) {
    PluginInfo first = trial.subject().plugin().info();
    PluginInfo second = trial.subject().plugin().info();
    require(
        first.id().equals(second.id()) && first.level() == second.level(),
        "info() says another id or level when asked again");
    require(
        first.level() >= 1 && first.level() <= Spi.LEVEL,
        "info() says level " + first.level() + "; this kit knows 1 to " + Spi.LEVEL);
  }

  private static void require(boolean holds, String breach) {
    if (!holds) {
      throw new AssertionError(breach);
    }
  }
}
