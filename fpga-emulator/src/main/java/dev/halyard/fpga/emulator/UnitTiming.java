package dev.halyard.fpga.emulator;

/**
 * How fast the memory of a {@link Unit} is.
 *
 * @param readLatency cycles from an address to its first beat, at least 1
 * @param writeLatency cycles from the last beat of a write to its response, at least 1
 * @param stalls how often of 1000 cycles a ready or valid is held back
 * @param seed of the stalls
 */
public record UnitTiming(int readLatency, int writeLatency, int stalls, long seed) {
  private static final int MOST_STALLS = 990;

  /**
   * Makes a timing.
   *
   * @throws IllegalArgumentException if a latency is less than 1, or stalls not 0 to 990
   */
  public UnitTiming {
    if (readLatency < 1 || writeLatency < 1 || stalls < 0 || stalls > MOST_STALLS) {
      throw new IllegalArgumentException(
          "memory has latencies of 1 cycle or more and stalls in 0 to "
              + MOST_STALLS
              + " of 1000 cycles, found "
              + readLatency
              + ", "
              + writeLatency
              + " and "
              + stalls);
    }
  }

  /** {@return memory that never stalls} */
  public static UnitTiming fixed(int readLatency, int writeLatency) {
    return new UnitTiming(readLatency, writeLatency, 0, 0);
  }
}
