package dev.halyard.fpga.xrt.dense;

/** When the beats that {@code dense_reader} asks for come, as long as memory doesn't stall. */
final class BeatStream {
  static final int BEAT_BYTES = 64;

  private static final int BURST_BEATS = 16;
  private static final int QUEUE_BEATS = 64;

  private final int latency;
  private final long[] taken = new long[QUEUE_BEATS];
  private long beat; // since the start of the run
  private long address; // of the next burst, in beats
  private long remaining; // beats that no burst covers
  private long burst; // beats of the open burst that are to come
  private long earliest; // for the next issue
  private long issue;
  private long arrival;

  BeatStream(int latency) {
    this.latency = latency;
  }

  /**
   * Asks for beats, once all of the last ones were taken.
   *
   * @param cycle the first in which an address may be issued
   * @param byteAddress whose beat is the first
   * @param beats how many
   */
  void ask(long cycle, long byteAddress, long beats) {
    earliest = cycle;
    address = Math.floorDiv(byteAddress, (long) BEAT_BYTES);
    remaining = beats;
  }

  /** Asks for more as soon as all the last addresses are out: a cycle to see it, one to ask. */
  void askNext(long byteAddress, long beats) {
    ask(issue + 2, byteAddress, beats);
  }

  /**
   * Takes the next beat.
   *
   * @param from the first cycle that would do
   * @return the cycle in which it is taken
   */
  long take(long from) {
    arrive();
    int place = (int) (beat % QUEUE_BEATS);
    taken[place] = Math.max(from, arrival + 1);
    beat++;
    return taken[place];
  }

  private void arrive() {
    if (burst > 0) {
      burst--;
      arrival++;
      return;
    }
    long toBoundary = BURST_BEATS - Math.floorMod(address, (long) BURST_BEATS);
    long length = Math.min(remaining, toBoundary);
    issue = Math.max(issue + 1, Math.max(earliest, roomFor(length)));
    arrival = Math.max(issue + 1 + latency, arrival + 1);
    address += length;
    remaining -= length;
    burst = length - 1;
  }

  /** {@return the first cycle in which the queue has room for a burst from the next beat on} */
  private long roomFor(long length) {
    long freed = beat + length - QUEUE_BEATS;
    return freed <= 0 ? 0 : taken[(int) ((freed - 1) % QUEUE_BEATS)] + 1;
  }
}
