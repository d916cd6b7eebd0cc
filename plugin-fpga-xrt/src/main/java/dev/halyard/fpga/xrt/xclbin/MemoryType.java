package dev.halyard.fpga.xrt.xclbin;

/** What a memory is: {@code MEM_TYPE}, in the order of its codes. */
public enum MemoryType {
  /** DDR3. */
  DDR3,
  /** DDR4. */
  DDR4,
  /** DRAM of no particular kind. */
  DRAM,
  /** A stream, which has a route in place of a size. */
  STREAMING,
  /** Memory allocated ahead. */
  PREALLOCATED_GLOB,
  /** Memory of another card, over Aurora. */
  ARE,
  /** High-bandwidth memory. */
  HBM,
  /** Block RAM. */
  BRAM,
  /** UltraRAM. */
  URAM,
  /** A stream between kernels. */
  STREAMING_CONNECTION,
  /** Memory of the host. */
  HOST,
  /** What a processor kernel uses. */
  PS_KERNEL,
  /** A code that XRT 2.13 does not know. */
  UNKNOWN;

  private static final MemoryType[] BY_CODE = values();

  static MemoryType of(int code) {
    return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : UNKNOWN;
  }

  /** {@return the number that stands for it in a file} */
  @SuppressWarnings("EnumOrdinal") // declared in the order of the codes
  public int code() {
    return ordinal();
  }
}
