package dev.halyard.fpga.xrt;

import java.util.Map;

/**
 * A board that can be opened, as far as can be told without.
 *
 * @param stableId the same for the same board at every start, such as {@code pci:0000:03:00.1}
 * @param name the product, for people
 * @param address its PCIe address ({@code 0000:03:00.1}) or the index XRT gives it ({@code 0})
 * @param emulated whether software takes the place of a board
 * @param environment the variables to set for the process that opens it, before that starts
 */
public record BoardDescription(
    String stableId,
    String name,
    String address,
    boolean emulated,
    Map<String, String> environment) {
  /** Makes a description; the environment is copied. */
  public BoardDescription {
    environment = Map.copyOf(environment);
  }
}
