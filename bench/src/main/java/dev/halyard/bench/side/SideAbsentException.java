package dev.halyard.bench.side;

/** A side cannot run here: something is not installed, or the case is none of its. */
public final class SideAbsentException extends IllegalStateException {
  /**
   * Says what is missing.
   *
   * @param reason what, and how to get it
   */
  public SideAbsentException(String reason) {
    super(reason);
  }
}
