package dev.halyard.tck.check;

/** Thrown where the process of a check died. */
public final class Crashed extends AssertionError {
  private static final long serialVersionUID = 1;

  /**
   * Makes the error.
   *
   * @param what what was running, and the last that was heard of it
   */
  public Crashed(String what) {
    super(what);
  }
}
