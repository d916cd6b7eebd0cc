package dev.halyard.bench;

/** A worker broke, or said that it cannot. */
final class SideException extends Exception {
  private final boolean absent;

  private SideException(String message, boolean absent) {
    super(message);
    this.absent = absent;
  }

  static SideException failed(String reason) {
    return new SideException(reason, false);
  }

  static SideException absent(String reason) {
    return new SideException(reason, true);
  }

  /** {@return whether the side is merely not there} */
  boolean isAbsent() {
    return absent;
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
