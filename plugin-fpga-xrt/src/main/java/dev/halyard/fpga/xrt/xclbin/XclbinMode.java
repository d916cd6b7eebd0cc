package dev.halyard.fpga.xrt.xclbin;

/** For what an xclbin was made: {@code XCLBIN_MODE}, in the order of its codes. */
public enum XclbinMode {
  /** A whole device. */
  FLAT,
  /** The dynamic region of a platform: what cards run. */
  PR,
  /** The second stage of a tandem configuration. */
  TANDEM_STAGE2,
  /** The second stage of a tandem configuration, with a dynamic region. */
  TANDEM_STAGE2_WITH_PR,
  /** Hardware emulation. */
  HW_EMU,
  /** Software emulation. */
  SW_EMU,
  /** Hardware emulation of a dynamic region. */
  HW_EMU_PR,
  /** A code that XRT 2.13 does not know. */
  UNKNOWN;

  private static final XclbinMode[] BY_CODE = values();

  static XclbinMode of(int code) {
    return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : UNKNOWN;
  }

  /** {@return the number that stands for it in a file} */
  @SuppressWarnings("EnumOrdinal") // declared in the order of the codes
  public int code() {
    return ordinal();
  }
}
