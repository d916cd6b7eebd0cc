package dev.halyard.fpga.xrt.dense;

/** When {@code dense_writer} writes results, as long as memory doesn't stall. */
final class ResultWriter {
  private static final int QUEUE_RESULTS = 32;
  private static final int MOST_OPEN = 16;

  /** From the issue of a row of x until its result is in the queue. */
  private static final int PIPELINE = 9;

  private final int latency;
  private final long[] taken = new long[QUEUE_RESULTS];
  private final long[] answered = new long[MOST_OPEN];
  private long reserved;
  private long results;
  private long bursts;
  private long presented;

  ResultWriter(int latency) {
    this.latency = latency;
  }

  /** Reserves room for some results, and {@return the first cycle in which it is there} */
  long reserve(int count) {
    reserved += count;
    long freed = reserved - QUEUE_RESULTS;
    return freed <= 0 ? 0 : taken[(int) ((freed - 1) % QUEUE_RESULTS)] + 1;
  }

  /**
   * Writes a result.
   *
   * @param issued when its row of x was issued for the last tile
   * @param twoBeats whether its place in memory lies in two beats
   */
  void put(long issued, boolean twoBeats) {
    taken[(int) (results % QUEUE_RESULTS)] = present(issued + PIPELINE);
    results++;
    if (twoBeats) {
      present(0);
    }
  }

  private long present(long from) {
    int place = (int) (bursts % MOST_OPEN);
    long closed = bursts < MOST_OPEN ? 0 : answered[place] + 1;
    presented = Math.max(Math.max(from, presented + 1), closed);
    answered[place] = Math.max(presented + 1 + latency, lastAnswer() + 1);
    bursts++;
    return presented;
  }

  /** {@return the cycle in which the last result was taken from the queue} */
  long lastTaken() {
    return results == 0 ? 0 : taken[(int) ((results - 1) % QUEUE_RESULTS)];
  }

  /** {@return the cycle of the last response} */
  long lastAnswer() {
    return bursts == 0 ? 0 : answered[(int) ((bursts - 1) % MOST_OPEN)];
  }
}
