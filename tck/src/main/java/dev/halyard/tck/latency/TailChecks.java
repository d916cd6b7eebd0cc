package dev.halyard.tck.latency;

import dev.halyard.Graph;
import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.Inconclusive;
import dev.halyard.tck.check.Trial;
import dev.halyard.tck.check.Verdict;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongFunction;
import org.HdrHistogram.Histogram;

/** The tail of latencies (L-104). */
final class TailChecks {
  private static final double QUANTILE = 0.99;
  private static final double LIMIT = 3;
  // A spike every 40th call is found in so many; p99 alone needs 662 for one call over.
  private static final int CALLS = 1200;
  private static final double CALL_NANOS = 400_000;
  private static final int SIGNIFICANT_DIGITS = 3;

  private TailChecks() {}

  static void addTo(List<Check> checks) {
    checks.add(
        Check.of("L-104", "p99 over p50", TailChecks::tail)
            .within(Duration.ofMinutes(2))
            .optional());
  }

  private static void tail(Trial trial) throws Exception {
    RatioChecks.requireHardware(trial);
    LongFunction<Graph> family = Workloads.claimed(trial);
    long size = Workloads.size(trial, family);
    SplittableRandom random = trial.random();
    try (Rig rig = Rig.open(trial.subject(), family.apply(Math.max(1, size / 4)), random)) {
      Control control = Control.of(Math.max(CALL_NANOS / 8, typical(rig)));
      Verdict verdict = TailTest.run(QUANTILE, () -> window(trial, rig, control, random));
      if (verdict == Verdict.FAIL) {
        throw new AssertionError(
            "in three windows, more than one call in a hundred took over three times the median,"
                + " and the control kept to that: "
                + trial.data());
      }
      if (verdict != Verdict.PASS) {
        throw new Inconclusive("the machine delays the control, too, or too few calls were late");
      }
    }
  }

  private static double typical(Rig rig) {
    long[] nanos = new long[200];
    for (int i = 0; i < nanos.length; i++) {
      nanos[i] = rig.time();
    }
    return Medians.median(nanos);
  }

  private static TailTest.Window window(
      Trial trial, Rig rig, Control control, SplittableRandom random) {
    long[] device = new long[CALLS];
    long[] beside = new long[CALLS];
    for (int i = 0; i < CALLS; i++) {
      if (random.nextBoolean()) {
        device[i] = rig.time();
        beside[i] = control.time();
      } else {
        beside[i] = control.time();
        device[i] = rig.time();
      }
    }
    Map<String, Object> samples = new LinkedHashMap<>();
    samples.put("device", device);
    samples.put("control", beside);
    trial.record("samples", samples);
    Histogram histogram = new Histogram(SIGNIFICANT_DIGITS);
    for (long nanos : device) {
      histogram.recordValue(nanos);
    }
    trial.record("p50", histogram.getValueAtPercentile(50));
    trial.record("p99", histogram.getValueAtPercentile(99));
    return TailTest.Window.of(
        device, LIMIT * Medians.median(device), beside, LIMIT * Medians.median(beside));
  }
}
