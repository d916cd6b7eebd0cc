package dev.halyard.fpga.xrt.dense;

/** An argument of the kernel {@code dense}, in the order of a call. */
public enum DenseArgument {
  /** The address of x. */
  X(0x10, Long.BYTES),
  /** The address of the packed weights. */
  WEIGHTS(0x1c, Long.BYTES),
  /** The address of y. */
  Y(0x28, Long.BYTES),
  /** How many rows x has. */
  BATCH(0x34, Integer.BYTES),
  /** How many rows W has. */
  ROWS(0x3c, Integer.BYTES),
  /** How many columns W has. */
  COLS(0x44, Integer.BYTES),
  /** {@link DenseFormat#mode}. */
  MODE(0x4c, Integer.BYTES);

  private final int offset;
  private final int bytes;

  DenseArgument(int offset, int bytes) {
    this.offset = offset;
    this.bytes = bytes;
  }

  /** {@return its number in a call, from 0} */
  @SuppressWarnings("EnumOrdinal") // declared in the order of a call
  public int index() {
    return ordinal();
  }

  /** {@return where it is among the registers, in bytes} */
  public int offset() {
    return offset;
  }

  /** {@return its bytes: 8 for an address, else 4} */
  public int bytes() {
    return bytes;
  }

  /** {@return whether it is an address in device memory} */
  public boolean isAddress() {
    return bytes == Long.BYTES;
  }
}
