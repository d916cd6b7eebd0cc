package dev.halyard.tck.latency;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Medians, and how sure they are. */
final class Medians {
  private static final int RESAMPLES = 1000;

  private Medians() {}

  /**
   * An interval.
   *
   * @param low its lower end
   * @param high its upper end
   */
  record Interval(double low, double high) {
    double width() {
      return high - low;
    }

    boolean comesWithin(double distance) {
      return low <= distance && high >= -distance;
    }
  }

  static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
  }

  static double median(long... values) {
    return median(Arrays.stream(values).asDoubleStream().toArray());
  }

  static double quantile(long[] values, double q) {
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[Math.clamp((long) Math.ceil(q * sorted.length) - 1, 0, sorted.length - 1)];
  }

  /** {@return the percentile bootstrap interval of the median (Efron, 1979)} */
  static Interval interval(double[] values, double confidence, SplittableRandom random) {
    double[] medians = new double[RESAMPLES];
    double[] sample = new double[values.length];
    for (int i = 0; i < RESAMPLES; i++) {
      for (int j = 0; j < sample.length; j++) {
        sample[j] = values[random.nextInt(values.length)];
      }
      medians[i] = median(sample);
    }
    Arrays.sort(medians);
    int cut = (int) ((1 - confidence) / 2 * RESAMPLES);
    return new Interval(medians[cut], medians[RESAMPLES - 1 - cut]);
  }
}
