/**
 * The kernel {@code dense}: what it computes, how its memory and registers are laid out, how long
 * it takes. {@link dev.halyard.fpga.xrt.dense.DenseLayer} is the specification of the hardware in
 * {@code hw/}, which equals it bit for bit.
 */
@NullMarked
package dev.halyard.fpga.xrt.dense;

import org.jspecify.annotations.NullMarked;
