/** FPGAs through Xilinx XRT. */
module dev.halyard.plugin.fpga.xrt {
  requires dev.halyard.api;
  requires dev.halyard.cli.spi;
  requires info.picocli;
  requires java.xml;
  requires static org.jspecify;

  exports dev.halyard.fpga.xrt.xclbin to
      dev.halyard.fpga.emulator;

  opens dev.halyard.fpga.xrt.command to
      info.picocli;

  provides dev.halyard.cli.spi.CommandProvider with
      dev.halyard.fpga.xrt.command.FpgaCommands;
}
