package dev.halyard.tck.latency;

/** Work of the kit's own, which takes as long as a device's call: what the machine does to it. */
final class Control {
  private static final int STEP = 1000;
  private static final int CALIBRATIONS = 15;

  private final long rounds;

  @SuppressWarnings("UnusedVariable") // written so that the loop is not left out
  private volatile double sink;

  private Control(long rounds) {
    this.rounds = rounds;
  }

  /** {@return a control that takes about so long} */
  static Control of(double nanos) {
    Control step = new Control(STEP * 100L);
    long[] taken = new long[CALIBRATIONS];
    for (int i = 0; i < CALIBRATIONS; i++) {
      taken[i] = step.time();
    }
    return new Control(Math.max(STEP, Math.round(step.rounds * nanos / Medians.median(taken))));
  }

  /** {@return how long one call took, in nanoseconds} */
  long time() {
    long start = System.nanoTime();
    double value = 1;
    for (long i = 0; i < rounds; i++) {
      value = value * 0.999999 + 1e-6;
    }
    sink = value;
    return System.nanoTime() - start;
  }
}
