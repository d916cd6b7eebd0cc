package dev.halyard.fpga.emulator;

import dev.halyard.HalyardException;

/** The payload of an emulation xclbin says nothing that this emulator can build a board from. */
final class InvalidImageException extends HalyardException {
  private static final long serialVersionUID = 1L;

  InvalidImageException(String message) {
    super(message);
  }
}
