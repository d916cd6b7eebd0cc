package dev.halyard.fpga.xrt.xclbin;

/** What a clock drives: {@code CLOCK_TYPE}, in the order of its codes. */
public enum ClockType {
  /** Nothing. */
  UNUSED,
  /** The data paths. */
  DATA,
  /** The kernels. */
  KERNEL,
  /** The system. */
  SYSTEM,
  /** A code that XRT 2.13 does not know. */
  UNKNOWN;

  private static final ClockType[] BY_CODE = values();

  static ClockType of(int code) {
    return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : UNKNOWN;
  }

  /** {@return the number that stands for it in a file} */
  @SuppressWarnings("EnumOrdinal") // declared in the order of the codes
  public int code() {
    return ordinal();
  }
}
