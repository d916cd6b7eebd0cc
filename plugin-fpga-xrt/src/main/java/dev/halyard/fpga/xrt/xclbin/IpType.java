package dev.halyard.fpga.xrt.xclbin;

/** What a block of the design is: {@code IP_TYPE}, in the order of its codes. */
public enum IpType {
  /** A MicroBlaze. */
  MB,
  /** A compute unit. */
  KERNEL,
  /** A licence check. */
  DNASC,
  /** A controller of DDR4. */
  DDR4_CONTROLLER,
  /** DDR4. */
  MEM_DDR4,
  /** High-bandwidth memory. */
  MEM_HBM,
  /** High-bandwidth memory with error correction. */
  MEM_HBM_ECC,
  /** A kernel on a processor of the card. */
  PS_KERNEL,
  /** A code that XRT 2.13 does not know. */
  UNKNOWN;

  private static final IpType[] BY_CODE = values();

  static IpType of(int code) {
    return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : UNKNOWN;
  }

  /** {@return the number that stands for it in a file} */
  @SuppressWarnings("EnumOrdinal") // declared in the order of the codes
  public int code() {
    return ordinal();
  }
}
