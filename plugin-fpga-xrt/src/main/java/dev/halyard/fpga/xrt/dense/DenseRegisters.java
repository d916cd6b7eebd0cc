package dev.halyard.fpga.xrt.dense;

/**
 * Offsets of the registers of the kernel {@code dense} that are no arguments, in bytes, and what
 * they hold. The first four are ap_ctrl_hs (UG1393, "Control requirements for XRT-managed
 * kernels").
 */
public final class DenseRegisters {
  /** Start, done (cleared when read), idle. */
  public static final int CONTROL = 0x00;

  /** Bit 0: whether the interrupt is ever raised. */
  public static final int GLOBAL_INTERRUPT_ENABLE = 0x04;

  /** Bit 0: whether the end of a run raises it. */
  public static final int INTERRUPT_ENABLE = 0x08;

  /** Bit 0: whether it is raised; writing 1 toggles. */
  public static final int INTERRUPT_STATUS = 0x0c;

  /** How the last run ended: one of the {@code STATUS_} values. */
  public static final int STATUS = 0x54;

  /** The cycles of the last run, 64 bits. */
  public static final int CYCLES = 0x58;

  /** {@link #VERSION_VALUE}. */
  public static final int VERSION = 0x60;

  /** In {@link #CONTROL}: a run is asked for or under way. */
  public static final int START = 1;

  /** In {@link #CONTROL}: a run ended since the last read. */
  public static final int DONE = 2;

  /** In {@link #CONTROL}: no run is under way. */
  public static final int IDLE = 4;

  /** What {@link #VERSION} holds for this map of registers. */
  public static final int VERSION_VALUE = 0x68640001;

  /** The run computed all of y. */
  public static final int STATUS_OKAY = 0x00;

  /** An argument was out of bounds; nothing was read or written. */
  public static final int STATUS_BAD_ARGUMENT = 0x01;

  /** A read was answered by SLVERR. */
  public static final int STATUS_READ_SLVERR = 0x12;

  /** A read was answered by DECERR: there is no memory at that address. */
  public static final int STATUS_READ_DECERR = 0x13;

  /** A write was answered by SLVERR. */
  public static final int STATUS_WRITE_SLVERR = 0x22;

  /** A write was answered by DECERR: there is no memory at that address. */
  public static final int STATUS_WRITE_DECERR = 0x23;

  private DenseRegisters() {}
}
