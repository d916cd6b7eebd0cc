package dev.halyard.fpga.xrt;

/** A node is none that the kernel computes; the message says what was wanted and found. */
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1;

  RefusedException(String message) {
    super(message);
  }
}
