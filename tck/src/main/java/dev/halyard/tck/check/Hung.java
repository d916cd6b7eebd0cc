package dev.halyard.tck.check;

/** Thrown where the process of a check did not end in its time. */
public final class Hung extends AssertionError {
  private static final long serialVersionUID = 1;

  /**
   * Makes the error.
   *
   * @param what what was running, and the last that was heard of it
   */
  public Hung(String what) {
    super(what);
  }
}
