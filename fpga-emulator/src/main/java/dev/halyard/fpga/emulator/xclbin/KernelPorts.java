package dev.halyard.fpga.emulator.xclbin;

import dev.halyard.fpga.xrt.xclbin.ArgumentQualifier;
import dev.halyard.fpga.xrt.xclbin.KernelArgument;
import dev.halyard.fpga.xrt.xclbin.XclbinKernel;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;

/** The ports that a kernel's arguments use. */
final class KernelPorts {
  /** What tools call the port of a kernel that has no scalar. */
  private static final String DEFAULT_CONTROL = "s_axi_control";

  private KernelPorts() {}

  static Set<String> masters(XclbinKernel kernel) {
    return ports(kernel, ArgumentQualifier.GLOBAL);
  }

  static Set<String> slaves(XclbinKernel kernel) {
    return ports(kernel, ArgumentQualifier.SCALAR);
  }

  /** {@return the port of the registers} */
  static String control(XclbinKernel kernel) {
    return slaves(kernel).stream().findFirst().orElse(DEFAULT_CONTROL);
  }

  private static Set<String> ports(XclbinKernel kernel, ArgumentQualifier qualifier) {
    return kernel.arguments().stream()
        .filter(argument -> argument.qualifier() == qualifier)
        .map(KernelArgument::port)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }
}
