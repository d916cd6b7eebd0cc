/** FPGAs through Xilinx XRT. */
module dev.halyard.plugin.fpga.xrt {
  requires dev.halyard.api;
  requires dev.halyard.cli.spi;
  requires info.picocli;
  requires java.xml;
  requires static org.jspecify;

  exports dev.halyard.fpga.xrt to
      dev.halyard.fpga.emulator;
  exports dev.halyard.fpga.xrt.dense;
  exports dev.halyard.fpga.xrt.xclbin to
      dev.halyard.fpga.emulator;

  opens dev.halyard.fpga.xrt.command to
      info.picocli;

  uses dev.halyard.fpga.xrt.BoardSource;

  provides dev.halyard.cli.spi.CommandProvider with
      dev.halyard.fpga.xrt.command.FpgaCommands;
  provides dev.halyard.spi.DevicePlugin with
      dev.halyard.fpga.xrt.XrtPlugin;
  provides dev.halyard.fpga.xrt.BoardSource with
      dev.halyard.fpga.xrt.PciBoardSource;
}
