package dev.halyard.fpga.xrt.dense;

/**
 * Predicts how many cycles a run of the kernel {@code dense} takes on a memory with fixed latencies
 * that never stalls: exactly what its register {@code cycles} shows.
 *
 * <p>Each event of the hardware happens one cycle after the last of those it waits for, so that its
 * cycle is a maximum of sums, computed here beat by beat. Cycle 0 is the first one of the run; the
 * names are those of the signals in {@code hw/}.
 */
public final class DenseCycles {
  /** From the start to the plan of the first block. */
  private static final int CHECKED = 2;

  /** From the issue of a row of x until its header is read. */
  private static final int HEADER_TAKEN = 3;

  /** From the last word in the buffer until weights may be taken. */
  private static final int UNPACKED = 2;

  private final DenseRun run;
  private final BeatStream beats;
  private final ResultWriter results;

  private DenseCycles(DenseRun run, int readLatency, int writeLatency) {
    this.run = run;
    this.beats = new BeatStream(readLatency);
    this.results = new ResultWriter(writeLatency);
  }

  /**
   * {@return the cycles of a run that meets no error}
   *
   * @param run its arguments; of the addresses only the alignment counts
   * @param readLatency cycles from an address to its first beat, at least 1
   * @param writeLatency cycles from the last beat of a write to its response, at least 1
   * @throws IllegalArgumentException if a latency is less than 1
   */
  public static long of(DenseRun run, int readLatency, int writeLatency) {
    if (readLatency < 1 || writeLatency < 1) {
      throw new IllegalArgumentException(
          "latencies are 1 cycle or more, found " + readLatency + " and " + writeLatency);
    }
    return new DenseCycles(run, readLatency, writeLatency).predict();
  }

  private long predict() {
    long plan = CHECKED;
    long done = 0;
    while (done < run.batch()) {
      int block = run.block(run.batch() - done);
      long go = plan + block + 1;
      long unpacked = unpack(go, run.x() + done * run.xStride(), block);
      multiply(unpacked, run.y() + done * run.yStride(), block);
      // A cycle to see that the last result was taken, one to change the state.
      plan = results.lastTaken() + 2;
      done += block;
    }
    long finish = Math.max(plan, results.lastAnswer() + 1);
    return finish + 1;
  }

  /** {@return the first cycle in which the array may take weights} */
  private long unpack(long go, long x, int block) {
    int position = (int) (x & (BeatStream.BEAT_BYTES - 1));
    long bytes = block * run.xStride();
    beats.ask(go + 1, x, Math.ceilDiv(position + bytes, BeatStream.BEAT_BYTES));
    long cycle = go + 1;
    boolean have = false;
    for (int row = 0; row < block; row++) {
      for (int left = run.cols(); left > 0; left -= PackedWeights.TILE) {
        if (!have) {
          cycle = beats.take(cycle) + 1;
          have = true;
        }
        int word = Math.min(left, PackedWeights.TILE) * run.format().inputBytes();
        int stop = position + word;
        if (stop > BeatStream.BEAT_BYTES) {
          cycle = beats.take(cycle);
        }
        have = stop != BeatStream.BEAT_BYTES;
        position = stop % BeatStream.BEAT_BYTES;
        cycle++;
      }
    }
    long lastWord = cycle - 1;
    return lastWord + UNPACKED;
  }

  private void multiply(long from, long y, int block) {
    int rowTiles = PackedWeights.tiles(run.rows());
    int tiles = PackedWeights.tiles(run.cols());
    int tileBytes = PackedWeights.TILE * PackedWeights.TILE * run.format().weightBytes();
    int tileBeats = tileBytes / BeatStream.BEAT_BYTES;
    beats.askNext(run.weights(), run.weightBytes() / BeatStream.BEAT_BYTES);
    long next = from; // when the loader may take the next beat
    long headerFree = from;
    long swap = Long.MIN_VALUE / 2; // when the array took the last tile over
    for (int rowTile = 0; rowTile < rowTiles; rowTile++) {
      next = beats.take(Math.max(next, headerFree)) + 1;
      next = beats.take(next) + 1;
      for (int tile = 0; tile < tiles; tile++) {
        next = beats.take(Math.max(next, swap)) + 1;
        for (int beat = 1; beat < tileBeats; beat++) {
          next = beats.take(next) + 1;
        }
        swap = Math.max(next, swap + block);
        if (tile == tiles - 1) {
          swap = Math.max(swap, results.reserve(block));
        }
        if (tile == 0) {
          headerFree = swap + HEADER_TAKEN + 1;
        }
      }
      write(swap, rowTile, y, block);
    }
  }

  private void write(long swap, int rowTile, long y, int block) {
    int first = rowTile * PackedWeights.TILE;
    int elements = Math.min(run.rows() - first, PackedWeights.TILE);
    int outputBytes = run.format().outputBytes();
    for (int row = 0; row < block; row++) {
      long address = y + row * run.yStride() + (long) first * outputBytes;
      long offset = address & (BeatStream.BEAT_BYTES - 1);
      boolean twoBeats = offset + (long) elements * outputBytes > BeatStream.BEAT_BYTES;
      results.put(swap + row, twoBeats);
    }
  }
}
