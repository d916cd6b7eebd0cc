package dev.halyard.tck.latency;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Work of the kit's own, which takes as long as a device's call: what the machine does to it. Where
 * the device hands its work to threads, the control hands its own to one.
 */
final class Control implements AutoCloseable {
  private static final long STEP = 1000;
  private static final double STEP_NANOS = 100_000;
  private static final long MAX_ROUNDS = 1L << 40;
  private static final long WARM_NANOS = 100_000_000;
  private static final int CORRECTIONS = 4;
  private static final int CALLS = 31;

  private final ExecutorService worker =
      new ThreadPoolExecutor(1, 1, 1, TimeUnit.MINUTES, new LinkedTransferQueue<>());

  private final boolean handsOver;
  private long rounds = STEP;

  /** Read and written, so that the loop is neither left out nor folded. */
  private volatile double sink;

  private Control(boolean handsOver) {
    this.handsOver = handsOver;
  }

  /**
   * {@return a control that takes about so long}
   *
   * @param nanos how long, the hand-over included
   * @param handsOver whether a thread of its own does the work
   */
  static Control of(double nanos, boolean handsOver) {
    Control control = new Control(handsOver);
    control.calibrate(nanos);
    return control;
  }

  /** Again until it holds: code that has just been compiled takes a fraction of its first time. */
  private void calibrate(double nanos) {
    long warm = System.nanoTime() + WARM_NANOS;
    do {
      long start = System.nanoTime();
      compute();
      double perRound = (double) (System.nanoTime() - start) / rounds;
      rounds = Math.clamp((long) (STEP_NANOS / perRound), STEP, MAX_ROUNDS);
    } while (System.nanoTime() < warm);
    for (int i = 0; i < CORRECTIONS; i++) {
      rounds = Math.clamp((long) (rounds * nanos / typical()), 1, MAX_ROUNDS);
    }
  }

  private double typical() {
    long[] taken = new long[CALLS];
    for (int i = 0; i < CALLS; i++) {
      taken[i] = time();
    }
    return Math.max(1, Medians.median(taken));
  }

  /** {@return how long one call took, in nanoseconds} */
  long time() {
    long start = System.nanoTime();
    if (handsOver) {
      CompletableFuture.runAsync(this::compute, worker).join();
    } else {
      compute();
    }
    return System.nanoTime() - start;
  }

  private void compute() {
    double value = sink;
    for (long i = 0; i < rounds; i++) {
      value = value * 0.999999 + 1e-6;
    }
    sink = value;
  }

  @Override
  public void close() {
    worker.shutdownNow();
  }
}
