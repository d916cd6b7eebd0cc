package dev.halyard.cpu;

/**
 * Suspects tiles that HotSpot has left half compiled, for {@link TileRepair} to judge.
 *
 * <p>While C2's queue is long, a warming method is compiled by C1 without profiling (tier 2);
 * should the compilation with profiling (tier 3) then fail, which it does for large tiles ("out of
 * virtual registers"), C2 never gets the method and it stays at a hundredth of its speed. A class
 * defined anew starts from the beginning, when the queue may be short. Now and then a call is
 * timed; a tile that was slow in every timed call for a while is suspect, and the while doubles
 * each time.
 *
 * <p>Fields are written without order: a lost sample costs a later discovery. Threads count their
 * calls in cache lines of their own, and a fast sample writes nothing that they share.
 */
final class TileWatch {
  private static final int LEAST_SAMPLES = 4;

  /** One call in sixteen is timed: one whose random number has no bit above these. */
  private static final int SAMPLED_SHIFT = 28;

  /** Threads have consecutive ids, so that few of them share a stripe. */
  private static final int STRIPES = 64;

  /** Ints in two cache lines: processors fetch them in pairs. */
  private static final int STRIPE = 32;

  /** Knuth's linear congruential generator. */
  private static final int MULTIPLIER = 1_664_525;

  private static final int INCREMENT = 1_013_904_223;

  /** A timed call has at least so many operations, since the clock itself takes 50 ns. */
  private static final double LEAST_OPERATIONS = 20_000;

  /** Half compiled tiles make about 1 operation in a nanosecond; others may wait for memory. */
  private static final double SLOW_PER_NANO = 2;

  private static final long FIRST_PATIENCE_NANOS = 1_000_000_000;
  private static final int MOST_ATTEMPTS = 6;

  private final int[] random = new int[(STRIPES + 1) * STRIPE];
  private final int[] slowSamples;
  private final long[] slowSince;
  private final int[] attempts;

  /**
   * Watches over nothing yet.
   *
   * @param tiles how many tiles there are
   */
  TileWatch(int tiles) {
    slowSamples = new int[tiles];
    slowSince = new long[tiles];
    attempts = new int[tiles];
  }

  /**
   * {@return whether to time a call}
   *
   * @param operations multiplications and additions of the call
   */
  boolean wants(double operations) {
    if (operations < LEAST_OPERATIONS) {
      return false;
    }
    // The first stripe would share its line with the array's length.
    int stripe = (1 + (int) (Thread.currentThread().threadId() % STRIPES)) * STRIPE;
    int next = random[stripe] * MULTIPLIER + INCREMENT;
    random[stripe] = next;
    return next >>> SAMPLED_SHIFT == 0;
  }

  /**
   * {@return whether the tile should be looked at}
   *
   * @param tile which tile
   * @param operations of the timed call
   * @param start when it began, in nanoseconds
   * @param end when it ended
   */
  boolean isSuspect(int tile, double operations, long start, long end) {
    if (operations > SLOW_PER_NANO * (end - start)) {
      if (slowSamples[tile] != 0) {
        slowSamples[tile] = 0;
      }
      return false;
    }
    if (attempts[tile] >= MOST_ATTEMPTS) {
      return false;
    }
    if (slowSamples[tile]++ == 0) {
      slowSince[tile] = start;
    }
    if (slowSamples[tile] < LEAST_SAMPLES
        || end - slowSince[tile] < FIRST_PATIENCE_NANOS << attempts[tile]) {
      return false;
    }
    attempts[tile]++;
    slowSamples[tile] = 0;
    return true;
  }
}
