package dev.halyard.tck.check;

import org.opentest4j.TestAbortedException;

/** Thrown by a check whose measurement supports neither answer. */
public final class Inconclusive extends TestAbortedException {
  private static final long serialVersionUID = 1;

  /**
   * Makes the exception.
   *
   * @param reason why, and what would help
   */
  public Inconclusive(String reason) {
    super(reason);
  }
}
