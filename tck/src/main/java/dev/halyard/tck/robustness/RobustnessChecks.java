package dev.halyard.tck.robustness;

import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.Subject;
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
    return List.of();
  }
}
