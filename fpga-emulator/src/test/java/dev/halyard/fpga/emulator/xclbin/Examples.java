package dev.halyard.fpga.emulator.xclbin;

import dev.halyard.fpga.xrt.xclbin.ArgumentQualifier;
import dev.halyard.fpga.xrt.xclbin.KernelArgument;
import dev.halyard.fpga.xrt.xclbin.KernelInstance;
import dev.halyard.fpga.xrt.xclbin.MemoryBank;
import dev.halyard.fpga.xrt.xclbin.MemoryType;
import dev.halyard.fpga.xrt.xclbin.XclbinKernel;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Designs that several tests use. */
final class Examples {
  private Examples() {}

  static KernelArgument buffer(int index, String name, long offset, String type) {
    return new KernelArgument(name, index, ArgumentQualifier.GLOBAL, "m_axi_gmem", 8, offset, type);
  }

  static KernelArgument scalar(int index, String name, long offset, String type) {
    return new KernelArgument(
        name, index, ArgumentQualifier.SCALAR, "s_axi_control", 4, offset, type);
  }

  static XclbinKernel scale(KernelInstance... instances) {
    return new XclbinKernel(
        "scale",
        "ap_ctrl_hs",
        List.of(
            buffer(0, "from", 0x10, "short*"),
            buffer(1, "to", 0x1c, "short*"),
            scalar(2, "count", 0x28, "unsigned int")),
        List.of(instances));
  }

  static MemoryBank bank(String tag, long gibibytes, long baseAddress) {
    return new MemoryBank(tag, MemoryType.DDR4, true, gibibytes << 20, baseAddress);
  }

  /** The design that docs/fpga.md shows. */
  static EmulationXclbin.Builder documented() {
    return EmulationXclbin.of("halyard:emulated:scale:1.0")
        .bank(bank("bank0", 16, 0))
        .bank(bank("bank1", 16, 16L << 30))
        .kernel(scale(new KernelInstance("scale_1", 0x180_0000)))
        .connect("scale", "scale_1", "to", "bank1")
        .kernelClock(300)
        .image("anything".getBytes(StandardCharsets.UTF_8));
  }
}
