/**
 * C as its headers say it, for {@code java.lang.foreign}: XRT's native API, the layout of xclbin
 * files, and the signals of POSIX. Names are those of C. Nothing here checks an argument.
 */
@NullMarked
package dev.halyard.fpga.xrt.binding;

import org.jspecify.annotations.NullMarked;
