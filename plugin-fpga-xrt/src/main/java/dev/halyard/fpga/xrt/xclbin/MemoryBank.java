package dev.halyard.fpga.xrt.xclbin;

/**
 * An entry of {@link SectionKind#MEM_TOPOLOGY}.
 *
 * @param tag its name, such as {@code bank0}
 * @param type what it is
 * @param used whether the design uses it
 * @param kibibytes its size in units of 1,024 bytes, unsigned; of a stream, its route
 * @param baseAddress its first byte; of a stream, its flow
 */
public record MemoryBank(
    String tag, MemoryType type, boolean used, long kibibytes, long baseAddress) {}
