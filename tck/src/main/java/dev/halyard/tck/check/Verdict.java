package dev.halyard.tck.check;

/** What became of a check. */
public enum Verdict {
  /** The rule holds. */
  PASS,
  /** The rule is broken. */
  FAIL,
  /** The process of the check died. */
  CRASH,
  /** The check did not end in its time. */
  TIMEOUT,
  /** The measurement supports neither answer. */
  INCONCLUSIVE,
  /** The device does not claim what the rule is about. */
  SKIPPED;

  /** {@return whether the rule is broken, however that showed} */
  public boolean isFailure() {
    return this == FAIL || this == CRASH || this == TIMEOUT;
  }
}
