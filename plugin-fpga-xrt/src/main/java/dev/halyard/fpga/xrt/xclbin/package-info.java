/**
 * Reads xclbin files: the container ({@code axlf}) in which an FPGA's image, its kernels, memories
 * and clocks travel.
 *
 * <p>The layout and all names are those of {@code xclbin.h} of XRT 2.13; numbers are little-endian.
 * Addresses, sizes of arguments and offsets of registers are unsigned 64-bit numbers in a {@code
 * long}. Everything here is immutable.
 */
@NullMarked
package dev.halyard.fpga.xrt.xclbin;

import org.jspecify.annotations.NullMarked;
