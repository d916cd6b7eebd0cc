package dev.halyard.tck.latency;

import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Calls of a device and of a control that start by the clock, in pairs of random order, whether or
 * not the calls before them were in time.
 *
 * <p>Each kind has a queue of its own: what it was late by delays its own next call, and never the
 * other's. A latency is the wait in that queue plus the call itself (Lindley's recursion, 1952), so
 * that a long call counts for every start that it holds up, which a closed loop would leave out.
 */
final class OpenLoop {
  private static final long SPIN_NANOS = 100_000;

  private final long periodNanos;
  private final Timed device;
  private final Timed control;
  private final SplittableRandom random;

  /** Latencies in nanoseconds, in the order of the starts. */
  static final class Latencies {
    final long[] device;
    final long[] control;

    Latencies(long[] device, long[] control) {
      this.device = device;
      this.control = control;
    }
  }

  /**
   * Prepares the calls.
   *
   * @param periodNanos from the start of a pair to that of the next
   * @param device what is judged
   * @param control what it is judged by
   * @param random the order in each pair
   */
  OpenLoop(long periodNanos, Timed device, Timed control, SplittableRandom random) {
    this.periodNanos = periodNanos;
    this.device = device;
    this.control = control;
    this.random = random;
  }

  Latencies run(int pairs) throws Exception {
    long[] devices = new long[pairs];
    long[] controls = new long[pairs];
    long start = System.nanoTime();
    for (int i = 0; i < pairs; i++) {
      waitUntil(start + i * periodNanos);
      boolean deviceFirst = random.nextBoolean();
      if (deviceFirst) {
        devices[i] = device.run();
      }
      controls[i] = control.run();
      if (!deviceFirst) {
        devices[i] = device.run();
      }
    }
    return new Latencies(withWaits(devices, periodNanos), withWaits(controls, periodNanos));
  }

  /** {@return the latencies of calls that took so long and were to start a period apart} */
  static long[] withWaits(long[] service, long periodNanos) {
    long[] latencies = new long[service.length];
    long wait = 0;
    for (int i = 0; i < service.length; i++) {
      latencies[i] = wait + service[i];
      wait = Math.max(0, latencies[i] - periodNanos);
    }
    return latencies;
  }

  private static void waitUntil(long time) {
    for (long left = time - System.nanoTime(); left > 0; left = time - System.nanoTime()) {
      if (left > SPIN_NANOS) {
        LockSupport.parkNanos(left - SPIN_NANOS);
      } else {
        Thread.onSpinWait();
      }
    }
  }
}
