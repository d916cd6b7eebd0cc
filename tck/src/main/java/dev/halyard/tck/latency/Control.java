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
  private static final int STEP = 1000;
  private static final int CALIBRATIONS = 15;

  private final ExecutorService worker =
      new ThreadPoolExecutor(1, 1, 1, TimeUnit.MINUTES, new LinkedTransferQueue<>());

  private final boolean handsOver;
  private long rounds = STEP * 100L;

  @SuppressWarnings("UnusedVariable") // written so that the loop is not left out
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

  private void calibrate(double nanos) {
    long[] taken = new long[CALIBRATIONS];
    for (int i = 0; i < CALIBRATIONS; i++) {
      long start = System.nanoTime();
      compute();
      taken[i] = System.nanoTime() - start;
    }
    double perRound = Medians.median(taken) / rounds;
    rounds = STEP;
    for (int i = 0; i < CALIBRATIONS; i++) {
      taken[i] = time();
    }
    double handOver = Math.max(0, Medians.median(taken) - perRound * rounds);
    rounds = Math.max(STEP, Math.round((nanos - handOver) / perRound));
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
    double value = 1;
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
