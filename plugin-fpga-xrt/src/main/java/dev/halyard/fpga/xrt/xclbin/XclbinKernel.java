package dev.halyard.fpga.xrt.xclbin;

import java.util.List;

/**
 * A kernel as the metadata describes it.
 *
 * @param name its name
 * @param controlProtocol how it is started, such as {@code ap_ctrl_hs}; empty if the file is silent
 * @param arguments in the order of the file
 * @param instances its compute units
 */
public record XclbinKernel(
    String name,
    String controlProtocol,
    List<KernelArgument> arguments,
    List<KernelInstance> instances) {
  /**
   * Makes a description.
   *
   * @param arguments copied
   * @param instances copied
   */
  public XclbinKernel {
    arguments = List.copyOf(arguments);
    instances = List.copyOf(instances);
  }
}
