package dev.halyard.fpga.xrt;

import dev.halyard.PluginException;

/**
 * A kernel of the file that is loaded on a board: one or more compute units that do the same. Calls
 * fail as {@link Board} says.
 */
public interface BoardKernel extends AutoCloseable {
  /** Whether others may use the compute units of a kernel. */
  enum Access {
    /** Other kernels and other processes may use the same units, one run at a time. */
    SHARED,
    /** The units are this kernel's alone; only so can registers be read and written. */
    EXCLUSIVE
  }

  /**
   * {@return the memory group that an argument reaches}
   *
   * @param argument the number of a buffer argument, from 0
   * @throws PluginException if the kernel has no such argument, or it is no buffer
   */
  int group(int argument);

  /**
   * {@return where an argument lies among the registers, in bytes}
   *
   * @param argument its number, from 0
   * @throws PluginException if the kernel has no such argument
   */
  int offset(int argument);

  /** {@return a run, whose arguments are still to be set} */
  BoardRun newRun();

  /**
   * {@return the value of a register}
   *
   * @param offset in bytes, a multiple of 4
   * @throws PluginException if the kernel is shared, or no register is there
   */
  int readRegister(int offset);

  /**
   * Writes a register.
   *
   * @param offset in bytes, a multiple of 4
   * @param value what to write
   * @throws PluginException if the kernel is shared, or no register is there
   */
  void writeRegister(int offset, int value);

  /** Closes the kernel and its runs. */
  @Override
  void close();
}
