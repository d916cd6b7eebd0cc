package dev.halyard.bench;

import dev.halyard.bench.side.SideKind;
import java.util.ArrayList;
import java.util.List;

/** A side in the race: its process, what runs in it, and the times of its rounds. */
final class Contender implements AutoCloseable {
  /** How often the time to warm up may be spent over while runs still become faster. */
  private static final int PATIENCE = 5;

  private static final double STILL_FASTER = 0.95;

  private final SideKind kind;
  private final WorkerProcess process;
  private final String description;
  private final List<Double> millis = new ArrayList<>();
  private long count = 1;

  Contender(SideKind kind, WorkerProcess process, String description) {
    this.kind = kind;
    this.process = process;
    this.description = description;
  }

  SideKind kind() {
    return kind;
  }

  String description() {
    return description;
  }

  float[] output() throws SideException, InterruptedException {
    return process.output();
  }

  /**
   * Runs for a while, and on as long as runs become faster; then takes as many runs for a block as
   * fill it.
   */
  void warmUp(long nanos, long blockNanos) throws SideException, InterruptedException {
    double perRun = process.run(0, 1);
    double best = Double.POSITIVE_INFINITY;
    boolean faster = true;
    long start = System.nanoTime();
    for (long spent = 0; spent < nanos || (faster && spent < nanos * PATIENCE); ) {
      perRun = (double) process.run(0, count) / count;
      faster = perRun < best * STILL_FASTER;
      best = Math.min(best, perRun);
      count = Math.clamp((long) (blockNanos / Math.max(perRun, 1)), 1, growth());
      spent = System.nanoTime() - start;
    }
  }

  /** A first run, not compiled yet, says little: blocks grow step by step. */
  private long growth() {
    return Math.max(1, count * 8);
  }

  /** {@return the milliseconds of a run, the mean of a block of them} */
  double block(long warmNanos) throws SideException, InterruptedException {
    return process.run(warmNanos, count) / 1e6 / count;
  }

  void record(double roundMillis) {
    millis.add(roundMillis);
  }

  int rounds() {
    return millis.size();
  }

  double[] millis() {
    return millis.stream().mapToDouble(Double::doubleValue).toArray();
  }

  @Override
  public void close() {
    process.close();
  }
}
