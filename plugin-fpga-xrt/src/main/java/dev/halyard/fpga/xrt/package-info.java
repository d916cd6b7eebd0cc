/**
 * FPGAs through Xilinx XRT. {@link dev.halyard.fpga.xrt.BoardSource} says which boards there are,
 * {@link dev.halyard.fpga.xrt.Board} is one that is open, and {@link dev.halyard.fpga.xrt.XrtBoard}
 * the only one here, over the functions of {@code dev.halyard.fpga.xrt.binding}.
 *
 * <p>XRT ends the process over a bad environment, a handle misused and handles left open, and takes
 * signal handlers away from the JVM. So the environment is looked at first, handles are kept in a
 * tree, and signal handlers are put back.
 */
@NullMarked
package dev.halyard.fpga.xrt;

import org.jspecify.annotations.NullMarked;
