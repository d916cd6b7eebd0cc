package dev.halyard.fpga.xrt.xclbin;

/**
 * An argument of a kernel.
 *
 * @param name its name
 * @param index its number, or {@link #NO_INDEX} for one that hosts don't set
 * @param qualifier how it reaches the kernel
 * @param port the port of the kernel that it uses
 * @param bytes its length in registers: 8 for the address of a buffer
 * @param offset its first register, in bytes from the base address of the compute unit
 * @param type its type in the kernel's language, such as {@code int*}
 */
public record KernelArgument(
    String name,
    int index,
    ArgumentQualifier qualifier,
    String port,
    long bytes,
    long offset,
    String type) {
  /** The index of an argument that has none. */
  public static final int NO_INDEX = -1;
}
