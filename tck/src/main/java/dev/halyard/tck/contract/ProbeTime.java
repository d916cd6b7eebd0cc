package dev.halyard.tck.contract;

import java.util.Arrays;
import java.util.List;

/**
 * How long probes take, with a control.
 *
 * @param probeNanos the median of a few probes after the first
 * @param threadNanos the median of as many starts of a thread, which takes microseconds where the
 *     machine is not starved
 */
record ProbeTime(long probeNanos, long threadNanos) {
  private static final int PROBES = 5;

  /** {@return the time of some probes in this process} */
  static ProbeTime measure(Runnable probe) throws InterruptedException {
    probe.run();
    long[] probes = new long[PROBES];
    long[] threads = new long[PROBES];
    for (int i = 0; i < PROBES; i++) {
      long start = System.nanoTime();
      probe.run();
      probes[i] = System.nanoTime() - start;
      start = System.nanoTime();
      Thread.ofPlatform().start(() -> {}).join();
      threads[i] = System.nanoTime() - start;
    }
    Arrays.sort(probes);
    Arrays.sort(threads);
    return new ProbeTime(probes[PROBES / 2], threads[PROBES / 2]);
  }

  /** {@return what {@link #lines} has given} */
  static ProbeTime of(List<String> lines) {
    return new ProbeTime(Long.parseLong(lines.getFirst()), Long.parseLong(lines.getLast()));
  }

  /** {@return this, for another process} */
  List<String> lines() {
    return List.of(Long.toString(probeNanos), Long.toString(threadNanos));
  }
}
