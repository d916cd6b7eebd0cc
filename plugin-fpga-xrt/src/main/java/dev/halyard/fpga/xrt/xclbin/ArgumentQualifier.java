package dev.halyard.fpga.xrt.xclbin;

/** How an argument reaches a kernel: {@code addressQualifier}, in the order of its codes. */
public enum ArgumentQualifier {
  /** By value, in a register. */
  SCALAR,
  /** The address of a buffer. */
  GLOBAL,
  /** The address of a constant buffer. */
  CONSTANT,
  /** Memory of the kernel itself. */
  LOCAL,
  /** A stream. */
  STREAM,
  /** A code that XRT 2.13 does not know. */
  UNKNOWN;

  private static final ArgumentQualifier[] BY_CODE = values();

  static ArgumentQualifier of(int code) {
    return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : UNKNOWN;
  }

  /** {@return the number that stands for it in a file} */
  @SuppressWarnings("EnumOrdinal") // declared in the order of the codes
  public int code() {
    return ordinal();
  }
}
