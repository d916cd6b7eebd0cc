package dev.halyard.bench;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The quotient of two medians with its 95% interval, by the percentile bootstrap (Efron and
 * Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13).
 *
 * <p>The samples are pairs, one of each side per round, and are drawn as pairs: what slowed both
 * sides of a round down does not widen the interval.
 *
 * @param ours our median
 * @param peer the peer's median
 * @param ratio the quotient
 * @param low the lower end of its interval
 * @param high the upper end
 */
record RatioEstimate(double ours, double peer, double ratio, double low, double high) {
  private static final int RESAMPLES = 1000;
  private static final double TAIL = 0.025;

  /** Fixed, so that the same samples have the same interval. */
  private static final long SEED = 42;

  static RatioEstimate of(double[] ours, double[] peer) {
    double ourMedian = median(ours);
    double peerMedian = median(peer);
    double[] ratios = resampled(ours, peer);
    return new RatioEstimate(
        ourMedian,
        peerMedian,
        ourMedian / peerMedian,
        ratios[(int) (TAIL * RESAMPLES)],
        ratios[(int) ((1 - TAIL) * RESAMPLES) - 1]);
  }

  private static double[] resampled(double[] ours, double[] peer) {
    SplittableRandom random = new SplittableRandom(SEED);
    double[] ratios = new double[RESAMPLES];
    double[] first = new double[ours.length];
    double[] second = new double[ours.length];
    for (int i = 0; i < RESAMPLES; i++) {
      for (int j = 0; j < ours.length; j++) {
        int round = random.nextInt(ours.length);
        first[j] = ours[round];
        second[j] = peer[round];
      }
      ratios[i] = median(first) / median(second);
    }
    Arrays.sort(ratios);
    return ratios;
  }

  static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** {@return how far the ends of the interval are from its middle, as a share of the ratio} */
  double relativeWidth() {
    return (high - low) / 2 / ratio;
  }
}
