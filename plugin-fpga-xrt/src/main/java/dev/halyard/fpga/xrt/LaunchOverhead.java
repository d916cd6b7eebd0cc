package dev.halyard.fpga.xrt;

import dev.halyard.fpga.xrt.dense.DenseArgument;
import dev.halyard.fpga.xrt.dense.PackedWeights;
import java.util.Arrays;

/**
 * What it takes to start a kernel and to hear of its end, beside the kernel's own cycles.
 *
 * @param nanos how long
 * @param basis where the figure comes from
 */
record LaunchOverhead(long nanos, String basis) {
  private static final int RUNS = 33;
  private static final long MILLIS = 1000;

  /** {@return the overhead to assume where there is no card to time} */
  static LaunchOverhead assumed() {
    return new LaunchOverhead(
        50_000,
        "assumed, of 20 to 100 us: XRT issues 8687 (50 to 100 us on U55C) and 6601 (16 to 56 us on"
            + " U25)");
  }

  /**
   * {@return the overhead of a card, by runs that end at once}
   *
   * <p>A run with no rows is refused by the kernel, after a few cycles, with nothing read or
   * written.
   *
   * @param board the card
   * @param kernel its kernel
   */
  static LaunchOverhead calibrated(Board board, DenseKernel kernel) {
    try (BoardBuffer buffer = board.allocate(PackedWeights.ALIGNMENT, kernel.group());
        BoardRun run = kernel.newRun()) {
      for (DenseArgument argument : DenseArgument.values()) {
        if (argument.isAddress()) {
          run.set(argument.index(), buffer);
        } else {
          run.set(argument.index(), 0);
        }
      }
      long[] nanos = new long[RUNS];
      for (int i = 0; i < RUNS; i++) {
        long begin = System.nanoTime();
        kernel.start(run, MILLIS);
        nanos[i] = System.nanoTime() - begin;
      }
      Arrays.sort(nanos);
      return new LaunchOverhead(
          nanos[RUNS / 2], "calibrated: the median of " + RUNS + " empty runs on this card");
    }
  }
}
