package dev.halyard.fpga.xrt.xclbin;

/**
 * An entry of {@link SectionKind#IP_LAYOUT}.
 *
 * @param name its name, {@code kernel:instance} for a compute unit
 * @param type what it is
 * @param properties bits whose meaning depends on the type: of a compute unit 0 is set where it
 *     interrupts, 1 to 7 number the interrupt, 8 to 15 are the control protocol
 * @param baseAddress of its registers, or {@link #NO_ADDRESS}
 */
public record ComputeUnit(String name, IpType type, int properties, long baseAddress) {
  /** The address of what has no registers. */
  public static final long NO_ADDRESS = -1;

  /** {@return the part of the name before the colon: of a compute unit, its kernel} */
  public String kernel() {
    int colon = name.indexOf(':');
    return colon < 0 ? name : name.substring(0, colon);
  }
}
