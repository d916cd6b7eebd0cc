package dev.halyard.tck.check;

import org.opentest4j.TestAbortedException;

/** Thrown by a check whose measurement supports neither answer. */
public final class Inconclusive extends TestAbortedException {
  private static final long serialVersionUID = 1;

  private final boolean noisy;

  /**
   * Makes the exception.
   *
   * @param reason why, and what would help
   */
  public Inconclusive(String reason) {
    this(reason, false);
  }

  private Inconclusive(String reason, boolean noisy) {
    super(reason);
    this.noisy = noisy;
  }

  /**
   * {@return the exception for times of which none spoke against the device, where less noise would
   * give an answer}
   *
   * @param reason what the noise was seen by
   */
  public static Inconclusive noisy(String reason) {
    return new Inconclusive(reason, true);
  }

  /** {@return whether noise alone stood in the way of an answer} */
  public boolean isNoisy() {
    return noisy;
  }
}
