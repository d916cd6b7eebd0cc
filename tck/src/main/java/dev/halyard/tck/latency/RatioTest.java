package dev.halyard.tck.latency;

import dev.halyard.tck.check.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Whether A takes at most {@code limit} times as long as B: blocks in the order A B B A, so that a
 * drift cancels; medians, so that a burst of noise in a block has no say; and a comparison of A
 * with itself, without whose agreement nothing is concluded, unless the limit is far away.
 */
final class RatioTest {
  static final int CALLS = 15;
  private static final int MIN_BLOCKS = 10;
  private static final int MAX_BLOCKS = 40;
  private static final int STEP = 5;
  private static final double CONFIDENCE = 0.998;
  private static final double OFFSET = 0.03;
  private static final double WIDTH = 0.05;
  private static final double DOUBTS = 2;
  private static final int WARM_BLOCKS = 20;
  private static final String TOO_SLOW =
      "too slow: there was no time for " + MIN_BLOCKS + " blocks of " + CALLS + " calls each way";

  private final Timed a;
  private final Timed b;
  private final double limit;
  private final boolean gaugeB;
  private final SplittableRandom random;
  private final List<Long> samplesA = new ArrayList<>();
  private final List<Long> samplesB = new ArrayList<>();

  /**
   * What came of a test.
   *
   * @param verdict PASS, FAIL or INCONCLUSIVE
   * @param estimate the ratio
   * @param low the lower end of its interval
   * @param high the upper end
   * @param limit what it may be
   * @param reason why nothing is concluded; empty otherwise
   * @param samplesA nanoseconds of every A
   * @param samplesB nanoseconds of every B
   */
  record Result(
      Verdict verdict,
      double estimate,
      double low,
      double high,
      double limit,
      String reason,
      List<Long> samplesA,
      List<Long> samplesB) {
    Map<String, Object> ratio() {
      Map<String, Object> ratio = new LinkedHashMap<>();
      ratio.put("estimate", estimate);
      ratio.put("low", low);
      ratio.put("high", high);
      ratio.put("limit", limit);
      return ratio;
    }
  }

  /**
   * Prepares a test.
   *
   * @param a what is judged
   * @param b what it is measured by
   * @param limit the greatest ratio allowed
   * @param gaugeB whether B is compared with itself instead of A, where A is too short for it
   * @param random resamples
   */
  RatioTest(Timed a, Timed b, double limit, boolean gaugeB, SplittableRandom random) {
    this.a = a;
    this.b = b;
    this.limit = limit;
    this.gaugeB = gaugeB;
    this.random = random;
  }

  /** {@return the result, from as many blocks as it takes} */
  Result run() throws Exception {
    return run(Duration.ofDays(1));
  }

  /**
   * {@return the result}
   *
   * @param budget no block begins after so long, the least number of them excepted, which have
   *     twice the time
   */
  Result run(Duration budget) throws Exception {
    long end = System.nanoTime() + budget.toNanos();
    long latest = end + budget.toNanos();
    boolean warm = warmUp(gaugeB ? b : a, end);
    warm = warmUp(b, end) && warm;
    List<Double> ratios = new ArrayList<>();
    List<Double> gauges = new ArrayList<>();
    String reason = "";
    for (int block = 1; block <= MAX_BLOCKS; block++) {
      if (System.nanoTime() > (block > MIN_BLOCKS ? end : latest)) {
        reason = block > MIN_BLOCKS ? reason : TOO_SLOW;
        break;
      }
      double a1 = block(a, samplesA);
      double b1 = block(b, samplesB);
      double b2 = block(b, samplesB);
      double a2 = block(a, samplesA);
      ratios.add(Math.log((a1 + a2) / (b1 + b2)));
      gauges.add(gaugeB ? Math.log(b1 / b2) : Math.log(a1 / a2));
      if (block < MIN_BLOCKS || block % STEP != 0) {
        continue;
      }
      Medians.Interval gauge = interval(gauges);
      Medians.Interval ratio = interval(ratios);
      reason = reason(warm, gauge, ratio);
      if (reason.isEmpty()) {
        return result(ratio.low() > Math.log(limit) ? Verdict.FAIL : Verdict.PASS, ratios, "");
      }
    }
    return result(Verdict.INCONCLUSIVE, ratios, reason);
  }

  /** Noise that is small beside the distance to the limit leaves no doubt of a PASS. */
  private String reason(boolean warm, Medians.Interval gauge, Medians.Interval ratio) {
    double doubt = Math.max(Math.abs(gauge.low()), Math.abs(gauge.high()));
    if (ratio.high() + DOUBTS * doubt < Math.log(limit)) {
      return "";
    }
    if (!warm) {
      return "the times never settled: three block medians did not agree within 3%";
    }
    if (!gauge.comesWithin(OFFSET) || gauge.width() > WIDTH) {
      return "too noisy: one and the same run differs from itself by %.1f%% to %.1f%%"
          .formatted(100 * Math.expm1(gauge.low()), 100 * Math.expm1(gauge.high()));
    }
    double bound = Math.log(limit);
    return ratio.low() > bound || ratio.high() < bound ? "" : "the interval contains the limit";
  }

  private Medians.Interval interval(List<Double> values) {
    return Medians.interval(
        values.stream().mapToDouble(value -> value).toArray(), CONFIDENCE, random);
  }

  private Result result(Verdict verdict, List<Double> ratios, String reason) {
    double[] values = ratios.stream().mapToDouble(value -> value).toArray();
    if (values.length == 0) {
      return new Result(
          verdict, Double.NaN, Double.NaN, Double.NaN, limit, reason, samplesA, samplesB);
    }
    Medians.Interval interval = Medians.interval(values, CONFIDENCE, random);
    return new Result(
        verdict,
        Math.exp(Medians.median(values)),
        Math.exp(interval.low()),
        Math.exp(interval.high()),
        limit,
        reason,
        samplesA,
        samplesB);
  }

  private static boolean warmUp(Timed timed, long end) throws Exception {
    double[] last = new double[3];
    for (int i = 0; i < WARM_BLOCKS && System.nanoTime() < end; i++) {
      last[i % 3] = block(timed, new ArrayList<>());
      double low = Math.min(last[0], Math.min(last[1], last[2]));
      double high = Math.max(last[0], Math.max(last[1], last[2]));
      if (i >= 2 && high <= 1.03 * low) {
        return true;
      }
    }
    return false;
  }

  private static double block(Timed timed, List<Long> samples) throws Exception {
    long[] nanos = new long[CALLS];
    for (int i = 0; i < CALLS; i++) {
      nanos[i] = timed.run();
      samples.add(nanos[i]);
    }
    return Math.max(1, Medians.median(nanos));
  }
}
