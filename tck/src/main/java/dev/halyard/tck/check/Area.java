package dev.halyard.tck.check;

import java.util.Locale;

/** A part of the kit; each runs in a process of its own, in this order. */
public enum Area {
  /** Rules S. */
  CONTRACT('S'),
  /** Rules N. */
  NUMERICAL('N'),
  /** Rules R. */
  ROBUSTNESS('R'),
  /** Rules L; last and alone, so that nothing disturbs it. */
  LATENCY('L');

  private final char letter;

  Area(char letter) {
    this.letter = letter;
  }

  /**
   * {@return the area of a rule}
   *
   * @param ruleId such as {@code N-301}
   */
  static Area of(String ruleId) {
    for (Area area : values()) {
      if (ruleId.charAt(0) == area.letter) {
        return area;
      }
    }
    throw new IllegalArgumentException(
        "rule '" + ruleId + "' belongs to no area; ids begin with S, N, R or L");
  }

  /** {@return the name as options and reports have it} */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
