package dev.halyard.fpga.emulator.xclbin;

import dev.halyard.fpga.xrt.xclbin.Clock;
import dev.halyard.fpga.xrt.xclbin.KernelInstance;
import dev.halyard.fpga.xrt.xclbin.MemoryBank;
import dev.halyard.fpga.xrt.xclbin.XclbinKernel;
import dev.halyard.fpga.xrt.xclbin.XclbinMode;
import java.util.Comparator;
import java.util.List;

/** What an xclbin describes. */
record Design(
    Platform platform,
    XclbinMode mode,
    List<MemoryBank> banks,
    List<XclbinKernel> kernels,
    List<Clock> clocks) {
  Design {
    banks = List.copyOf(banks);
    kernels = List.copyOf(kernels);
    clocks = List.copyOf(clocks);
  }

  /** A compute unit: a kernel and one of its instances. */
  record Unit(XclbinKernel kernel, KernelInstance instance) {
    String name() {
      return kernel.name() + ":" + instance.name();
    }
  }

  /** {@return the compute units by address, the order that IP_LAYOUT wants} */
  List<Unit> units() {
    return kernels.stream()
        .flatMap(kernel -> kernel.instances().stream().map(instance -> new Unit(kernel, instance)))
        .sorted(Comparator.comparingLong(unit -> unit.instance().baseAddress()))
        .toList();
  }
}
