/** FPGAs through Xilinx XRT. */
module dev.halyard.plugin.fpga.xrt {
  requires dev.halyard.api;
  requires dev.halyard.cli.spi;
  requires info.picocli;
  requires static org.jspecify;

  exports dev.halyard.fpga.xrt to
      dev.halyard.fpga.emulator;
  exports dev.halyard.fpga.xrt.dense;

  uses dev.halyard.fpga.xrt.BoardSource;

  provides dev.halyard.fpga.xrt.BoardSource with
      dev.halyard.fpga.xrt.PciBoardSource;
  provides dev.halyard.spi.DevicePlugin with
      dev.halyard.fpga.xrt.XrtPlugin;
}
