package dev.halyard.tck.robustness;

import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.Subject;
import java.util.ArrayList;
import java.util.List;

/** Every check of rules R: failure and abuse are survived. */
public final class RobustnessChecks {
  private RobustnessChecks() {}

  /**
   * {@return the checks that a device is put to}
   *
   * @param subject the device
   */
  public static List<Check> of(Subject subject) {
    return scenarios().stream().map(Scenario::check).toList();
  }

  private static List<Scenario> scenarios() {
    List<Scenario> scenarios = new ArrayList<>();
    LifetimeScenarios.addTo(scenarios);
    ThreadScenarios.addTo(scenarios);
    FaultScenarios.addTo(scenarios);
    PluginScenarios.addTo(scenarios);
    return scenarios;
  }

  static Scenario scenario(String rule, String name) {
    return scenarios().stream()
        .filter(scenario -> scenario.rule().equals(rule) && scenario.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("there is no scenario '" + name + "' of " + rule));
  }
}
