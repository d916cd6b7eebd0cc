/**
 * Tests of the XRT plugin; what needs XRT itself runs in the lane {@code xrt}, in processes of its
 * own.
 */
@NullMarked
package dev.halyard.fpga.xrt;

import org.jspecify.annotations.NullMarked;
