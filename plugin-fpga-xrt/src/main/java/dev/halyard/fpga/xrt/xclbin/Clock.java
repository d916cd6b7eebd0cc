package dev.halyard.fpga.xrt.xclbin;

/**
 * A clock of the design.
 *
 * @param name its name
 * @param type what it drives; {@link ClockType#UNKNOWN} where the metadata alone names it
 * @param megahertz its frequency as the file has it
 */
public record Clock(String name, ClockType type, double megahertz) {}
