package dev.halyard.tck.check;

import org.opentest4j.TestAbortedException;

/** Thrown by a check about something that the device does not claim. */
public final class NotClaimed extends TestAbortedException {
  private static final long serialVersionUID = 1;

  /**
   * Makes the exception.
   *
   * @param what the device does not claim, with its reason
   */
  public NotClaimed(String what) {
    super(what);
  }
}
