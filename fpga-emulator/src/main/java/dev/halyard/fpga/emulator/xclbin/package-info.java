/**
 * Makes xclbin files for emulation with no vendor's tool, as {@link dev.halyard.fpga.xrt.xclbin}
 * reads them.
 */
@NullMarked
package dev.halyard.fpga.emulator.xclbin;

import org.jspecify.annotations.NullMarked;
