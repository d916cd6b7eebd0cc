package dev.halyard.fpga.xrt;

/**
 * How memory answers the kernels of a board, in cycles of theirs.
 *
 * @param readLatency from an address to its first beat, at least 1
 * @param writeLatency from the last beat of a write to its response, at least 1
 * @param stalls how often of 1000 cycles a ready or valid is held back, 0 to 999
 */
public record MemoryTiming(int readLatency, int writeLatency, int stalls) {
  private static final int PER_MILLE = 1000;

  /** What {@code explain} predicts with: memory that never stalls. */
  public static final MemoryTiming USUAL = new MemoryTiming(30, 20, 0);

  /**
   * Makes a timing.
   *
   * @throws IllegalArgumentException if a latency is less than 1, or stalls not 0 to 999
   */
  public MemoryTiming {
    if (readLatency < 1 || writeLatency < 1 || stalls < 0 || stalls >= PER_MILLE) {
      throw new IllegalArgumentException(
          "latencies are 1 cycle or more and stalls 0 to 999 of 1000, found %d, %d and %d"
              .formatted(readLatency, writeLatency, stalls));
    }
  }

  /** {@return how many cycles it takes until so many pass with nothing held back} */
  long withStalls(long cycles) {
    return cycles * PER_MILLE / (PER_MILLE - stalls);
  }
}
