/** FPGAs through Xilinx XRT: the plugin. */
@NullMarked
package dev.halyard.fpga.xrt;

import org.jspecify.annotations.NullMarked;
