package dev.halyard.cpu;

/**
 * Finds tiles that HotSpot has left half compiled.
 *
 * <p>While C2's queue is long, a warming method is compiled by C1 without profiling (tier 2);
 * should the compilation with profiling (tier 3) then fail, which it does for large tiles ("out of
 * virtual registers"), C2 never gets the method and it stays at a hundredth of its speed. A class
 * defined anew starts from the beginning, when the queue may be short. Now and then a call is
 * timed; a tile that was slow in every timed call for a while is given up, and the while doubles
 * each time.
 *
 * <p>Fields are written without order: a lost count costs a later discovery.
 */
final class TileWatch {
  private static final int CALLS_PER_SAMPLE = 16;
  private static final int LEAST_SAMPLES = 4;

  /** A timed call has at least so many operations, since the clock itself takes 50 ns. */
  private static final double LEAST_OPERATIONS = 20_000;

  /** Half compiled tiles make about 1 operation in a nanosecond, slow ones of C2 more than 5. */
  private static final double SLOW_PER_NANO = 2;

  private static final long FIRST_PATIENCE_NANOS = 1_000_000_000;
  private static final int MOST_ATTEMPTS = 6;

  private final int[] calls;
  private final int[] slowSamples;
  private final long[] slowSince;
  private final int[] attempts;

  /**
   * Watches over nothing yet.
   *
   * @param tiles how many tiles there are
   */
  TileWatch(int tiles) {
    calls = new int[tiles];
    slowSamples = new int[tiles];
    slowSince = new long[tiles];
    attempts = new int[tiles];
  }

  /**
   * {@return whether to time a call}
   *
   * @param tile which tile
   * @param operations multiplications and additions of the call
   */
  boolean wants(int tile, double operations) {
    return (++calls[tile] & (CALLS_PER_SAMPLE - 1)) == 0 && operations >= LEAST_OPERATIONS;
  }

  /**
   * {@return whether the tile should be defined anew}
   *
   * @param tile which tile
   * @param operations of the timed call
   * @param start when it began, in nanoseconds
   * @param end when it ended
   */
  boolean isStuck(int tile, double operations, long start, long end) {
    if (operations > SLOW_PER_NANO * (end - start)) {
      slowSamples[tile] = 0;
      return false;
    }
    if (slowSamples[tile]++ == 0) {
      slowSince[tile] = start;
    }
    if (slowSamples[tile] < LEAST_SAMPLES
        || attempts[tile] >= MOST_ATTEMPTS
        || end - slowSince[tile] < FIRST_PATIENCE_NANOS << attempts[tile]) {
      return false;
    }
    attempts[tile]++;
    slowSamples[tile] = 0;
    return true;
  }
}
