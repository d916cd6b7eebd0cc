/** An XRT device process of our own, which runs compute units as RTL. */
@NullMarked
package dev.halyard.fpga.emulator;

import org.jspecify.annotations.NullMarked;
