/** An FPGA board without a board: an XRT device process that runs the RTL. */
module dev.halyard.fpga.emulator {
  requires dev.halyard.api;
  requires dev.halyard.plugin.fpga.xrt;
  requires com.google.protobuf;
  requires static org.jspecify;

  exports dev.halyard.fpga.emulator to
      dev.halyard.bench;

  provides dev.halyard.fpga.xrt.BoardSource with
      dev.halyard.fpga.emulator.EmulatedBoardSource;
}
