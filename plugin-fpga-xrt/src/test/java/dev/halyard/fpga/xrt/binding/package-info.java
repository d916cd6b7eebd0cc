/** Tests of the bindings: they agree with the headers, in the lane {@code xrt}. */
@NullMarked
package dev.halyard.fpga.xrt.binding;

import org.jspecify.annotations.NullMarked;
