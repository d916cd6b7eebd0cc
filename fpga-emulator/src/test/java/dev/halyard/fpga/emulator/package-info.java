/**
 * Tests of the emulated board: most speak the shim's side of the protocol themselves; those with
 * the real shim run in the lane {@code xrt}.
 */
@NullMarked
package dev.halyard.fpga.emulator;

import org.jspecify.annotations.NullMarked;
