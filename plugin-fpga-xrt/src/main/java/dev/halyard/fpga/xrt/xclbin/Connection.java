package dev.halyard.fpga.xrt.xclbin;

/**
 * An argument of a compute unit reaches a memory: an entry of {@link SectionKind#CONNECTIVITY}.
 *
 * @param argument the argument's index
 * @param computeUnit where the unit stands in {@link Xclbin#computeUnits()}
 * @param memory where the memory stands in {@link Xclbin#memories()}
 */
public record Connection(int argument, int computeUnit, int memory) {}
