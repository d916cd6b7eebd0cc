/** The command {@code ./halyard fpga}. */
@NullMarked
package dev.halyard.fpga.xrt.command;

import org.jspecify.annotations.NullMarked;
