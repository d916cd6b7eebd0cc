package dev.halyard.fpga.emulator;

import dev.halyard.HalyardException;

/** A call names an address where the board has nothing. */
final class AddressException extends HalyardException {
  private static final long serialVersionUID = 1L;

  AddressException(String message) {
    super(message);
  }
}
