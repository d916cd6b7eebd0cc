package dev.halyard.fpga.emulator;

import java.io.IOException;

/** The shim sent what cannot be followed: where its next call begins is not known. */
final class ShimProtocolException extends IOException {
  private static final long serialVersionUID = 1L;

  ShimProtocolException(String message) {
    super(message);
  }
}
