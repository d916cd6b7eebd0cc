package dev.halyard.tck.contract;

import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.NotClaimed;
import dev.halyard.tck.check.ServiceLevels;
import dev.halyard.tck.check.Trial;
import java.util.List;

/** The service levels that a plugin declares (S-601). */
final class LevelChecks {
  private LevelChecks() {}

  static void addTo(List<Check> checks) {
    checks.add(Check.of("S-601", "levels.json", LevelChecks::isWellFormed));
  }

  private static void isWellFormed(Trial trial) {
    try {
      List<ServiceLevels.Level> levels =
          ServiceLevels.of(trial.subject().vendors().getClass())
              .orElseThrow(() -> new NotClaimed("the plugin has no " + ServiceLevels.RESOURCE));
      trial.record("levels", levels.stream().map(ServiceLevels.Level::title).toList());
    } catch (IllegalArgumentException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }
}
