package dev.halyard.tck.latency;

import dev.halyard.Graph;
import dev.halyard.spi.Profile;
import dev.halyard.spi.TestHooks;
import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.Inconclusive;
import dev.halyard.tck.check.Trial;
import dev.halyard.tck.check.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.LongFunction;
import org.HdrHistogram.Histogram;

/** The tail of latencies (L-104). */
final class TailChecks {
  private static final double QUANTILE = 0.99;
  private static final double LIMIT = 3;
  private static final double TIMES_THE_CONTROL = 2;
  // A spike every 40th call is found in so many; p99 alone needs 662 for one call over.
  private static final int MIN_CALLS = 1200;
  private static final int MAX_CALLS = 20_000;
  private static final long QUICK_NANOS = 1_000_000_000L;
  private static final long FULL_NANOS = 10_000_000_000L;
  private static final double CALL_NANOS = 50_000;
  private static final int TRIES = 3;
  private static final int SIGNIFICANT_DIGITS = 3;

  private TailChecks() {}

  static void addTo(List<Check> checks) {
    checks.add(
        Check.of("L-104", "p99 over p50", TailChecks::tail)
            .within(Duration.ofMinutes(5))
            .optional());
  }

  private static void tail(Trial trial) throws Exception {
    RatioChecks.requireHardware(trial);
    LongFunction<Graph> family = Workloads.claimed(trial);
    long size = Workloads.size(trial, family);
    SplittableRandom random = trial.random();
    try (Rig rig = Rig.open(trial.subject(), family.apply(Math.max(1, size / 4)), random);
        Control control = Control.of(Math.max(CALL_NANOS, typical(rig)), hasThreads(trial))) {
      Verdict verdict = Verdict.INCONCLUSIVE;
      List<TailTest.Window> windows = new ArrayList<>();
      int tries = trial.settings().isFull() ? TRIES : 1;
      for (int i = 0; i < tries && verdict == Verdict.INCONCLUSIVE; i++) {
        verdict =
            TailTest.run(
                QUANTILE,
                () -> {
                  windows.add(window(trial, rig, control, random));
                  return windows.getLast();
                });
      }
      if (verdict == Verdict.FAIL) {
        throw new AssertionError(
            "in three windows, more than one call in a hundred took longer than the limit of so"
                + " many medians, and the control kept to that: "
                + figures(trial));
      }
      if (verdict != Verdict.PASS) {
        String reason = "the machine delays the control, too, or too few calls were late";
        throw windows.stream().anyMatch(w -> TailTest.judge(QUANTILE, w) == Verdict.FAIL)
            ? new Inconclusive(reason)
            : Inconclusive.noisy(reason);
      }
    }
  }

  private static Map<String, Object> figures(Trial trial) {
    Map<String, Object> figures = new TreeMap<>(trial.data());
    figures.remove("samples");
    return figures;
  }

  /** {@return whether the device's work passes from thread to thread, as far as is known} */
  static boolean hasThreads(Trial trial) {
    return trial.subject().declares(Profile.ASYNC)
        || trial.subject().hooks().map(TestHooks::threads).orElse(0L) > 0;
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
    long end = System.nanoTime() + (trial.settings().isFull() ? FULL_NANOS : QUICK_NANOS);
    long[] device = new long[MAX_CALLS];
    long[] beside = new long[MAX_CALLS];
    int count = 0;
    while (count < MIN_CALLS || (count < MAX_CALLS && System.nanoTime() < end)) {
      boolean deviceFirst = random.nextBoolean();
      if (deviceFirst) {
        device[count] = rig.time();
      }
      beside[count] = control.time();
      if (!deviceFirst) {
        device[count] = rig.time();
      }
      count++;
    }
    return judged(trial, Arrays.copyOf(device, count), Arrays.copyOf(beside, count));
  }

  private static TailTest.Window judged(Trial trial, long[] device, long[] control) {
    double typical = Medians.median(control);
    double ratio = Medians.quantile(control, QUANTILE) / typical;
    double limit = Math.max(LIMIT, TIMES_THE_CONTROL * ratio);
    trial.record("samples", Map.of("device", device, "control", control));
    trial.record("limit", limit);
    Histogram histogram = new Histogram(SIGNIFICANT_DIGITS);
    for (long nanos : device) {
      histogram.recordValue(nanos);
    }
    trial.record("p50", histogram.getValueAtPercentile(50));
    trial.record("p99", histogram.getValueAtPercentile(99));
    return TailTest.Window.of(device, limit * Medians.median(device), control, limit * typical);
  }
}
