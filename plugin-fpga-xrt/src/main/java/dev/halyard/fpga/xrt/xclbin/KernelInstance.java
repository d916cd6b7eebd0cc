package dev.halyard.fpga.xrt.xclbin;

/**
 * A compute unit as the metadata describes it.
 *
 * @param name its name, unlike that of other instances of the kernel
 * @param baseAddress of its registers, or {@link ComputeUnit#NO_ADDRESS}
 */
public record KernelInstance(String name, long baseAddress) {}
