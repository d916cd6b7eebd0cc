package dev.halyard.cli;

import java.util.Arrays;
import java.util.Locale;

/**
 * How long something took, measured on the host's clock.
 *
 * @param p50Millis the median, in milliseconds
 * @param p99Millis the 99th percentile, in milliseconds; the longest of fewer than 100 runs
 * @param runs how many runs were measured
 */
record Latency(double p50Millis, double p99Millis, int runs) {
  /** {@return the percentiles by nearest rank, of at least one run} */
  static Latency ofNanos(long... nanos) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return new Latency(percentile(sorted, 50), percentile(sorted, 99), nanos.length);
  }

  private static double percentile(long[] sorted, int percent) {
    int rank = Math.ceilDiv(sorted.length * percent, 100);
    return sorted[rank - 1] / 1e6;
  }

  @Override
  public String toString() {
    return "p50 " + text(p50Millis) + ", p99 " + text(p99Millis);
  }

  /** {@return a time with three digits, in the unit that fits} */
  static String text(double millis) {
    if (millis < 1) {
      return String.format(Locale.ROOT, "%.3g us", millis * 1e3);
    }
    return millis < 1000
        ? String.format(Locale.ROOT, "%.3g ms", millis)
        : String.format(Locale.ROOT, "%.3g s", millis / 1e3);
  }
}
