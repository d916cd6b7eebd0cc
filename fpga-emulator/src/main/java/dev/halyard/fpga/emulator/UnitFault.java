package dev.halyard.fpga.emulator;

/** What the memory of a {@link Unit} does wrong. */
public enum UnitFault {
  /** The next beat that is read comes with SLVERR. */
  READ_SLVERR(1),
  /** The next write is answered by SLVERR. */
  WRITE_SLVERR(2),
  /** Nothing is answered until the reset. */
  SILENT(3);

  private final int code;

  UnitFault(int code) {
    this.code = code;
  }

  /** {@return its number in {@code unit.h}} */
  int code() {
    return code;
  }
}
