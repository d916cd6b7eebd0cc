package dev.halyard.tck.latency;

import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.Inconclusive;
import dev.halyard.tck.check.NotClaimed;
import dev.halyard.tck.check.ServiceLevels;
import dev.halyard.tck.check.ServiceLevels.Level;
import dev.halyard.tck.check.Subject;
import dev.halyard.tck.check.Trial;
import dev.halyard.tck.check.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** Level L2: the service levels that the plugin declares (L-201). */
final class ServiceLevelChecks {
  private static final double MEDIAN = 0.5;
  private static final double TAIL = 0.99;
  private static final int WINDOWS = 3;
  // A call is due every 4 x p99: the device is a quarter busy at its worst.
  private static final int PERIOD = 4;
  private static final double MIN_PERIOD_MICROS = 500;
  private static final double WINDOW_MICROS = 10_000_000;
  private static final double QUICK_WINDOW_MICROS = 15_000_000;
  // At p99, the fewest calls of which one may be late.
  private static final int MIN_CALLS = 662;
  private static final int WARM_CALLS = 200;
  // The control keeps the level with a tenth to spare, so that it tells a slow device from a busy
  // machine.
  private static final double CONTROL_SHARE = 0.9;
  private static final int SIGNIFICANT_DIGITS = 3;

  private ServiceLevelChecks() {}

  static void addTo(List<Check> checks, Subject subject) {
    List<Level> all = declared(subject);
    List<Level> levels = own(subject, all);
    for (Level level : levels) {
      checks.add(
          Check.of("L-201", level.title(), trial -> check(trial, level))
              .about("", level.dtype().toString())
              .within(Duration.ofSeconds(60 + (long) (WINDOWS * windowMicros(level) / 500_000)))
              .optional());
    }
    if (levels.isEmpty()) {
      String others = all.stream().map(Level::device).distinct().collect(Collectors.joining(", "));
      checks.add(
          Check.of(
              "L-201",
              "levels.json",
              _ -> {
                throw new NotClaimed(
                    "the plugin declares no service level for this device"
                        + (others.isEmpty() ? "" : ", but for " + others));
              }));
    }
  }

  /** A malformed file is S-601's finding. */
  private static List<Level> declared(Subject subject) {
    try {
      return ServiceLevels.of(subject.vendors().getClass()).orElseGet(List::of);
    } catch (IllegalArgumentException malformed) {
      return List.of();
    }
  }

  /** One under each of the device's names would be one check twice. */
  private static List<Level> own(Subject subject, List<Level> levels) {
    Map<String, Level> own = new LinkedHashMap<>();
    levels.stream()
        .filter(level -> isOf(subject, level))
        .forEach(level -> own.putIfAbsent(level.dtype() + level.title(), level));
    return List.copyOf(own.values());
  }

  private static boolean isOf(Subject subject, Level level) {
    return List.of(subject.deviceId(), subject.descriptor().stableId(), subject.descriptor().name())
        .contains(level.device());
  }

  private static double periodMicros(Level level) {
    return Math.max(MIN_PERIOD_MICROS, PERIOD * level.p99Micros());
  }

  private static int calls(Level level) {
    return (int) Math.max(MIN_CALLS, Math.ceil(WINDOW_MICROS / periodMicros(level)));
  }

  private static double windowMicros(Level level) {
    return calls(level) * periodMicros(level);
  }

  private static void check(Trial trial, Level level) throws Exception {
    RatioChecks.requireHardware(trial);
    if (!trial.settings().isFull() && windowMicros(level) > QUICK_WINDOW_MICROS) {
      throw new Inconclusive(
          "%d calls, one every %.0f ms, take too long for a quick run; a full run makes them"
              .formatted(calls(level), periodMicros(level) / 1000));
    }
    trial.record("p50Micros", level.p50Micros());
    trial.record("p99Micros", level.p99Micros());
    double nanos = CONTROL_SHARE * 1000 * level.p50Micros();
    try (Rig rig = open(trial, level);
        Control control = Control.of(nanos, TailChecks.hasThreads(trial))) {
      for (int i = 0; i < WARM_CALLS; i++) {
        rig.time();
      }
      OpenLoop loop =
          new OpenLoop(
              (long) (1000 * periodMicros(level)), rig::time, control::time, trial.random());
      judge(trial, level, loop);
      trial.record("elements", rig.compare("timed run"));
    }
  }

  /** What is refused cannot be in time. */
  private static Rig open(Trial trial, Level level) {
    try {
      return Rig.open(trial.subject(), LevelGraphs.of(level), trial.random());
    } catch (NotClaimed refused) {
      throw new AssertionError(
          "a level is declared for what the device refuses: " + refused.getMessage(), refused);
    }
  }

  /** FAIL is what a percentile exceeds in every window; the first window that keeps both passes. */
  private static void judge(Trial trial, Level level, OpenLoop loop) throws Exception {
    TreeSet<Double> exceeded = new TreeSet<>(List.of(MEDIAN, TAIL));
    List<String> seen = new ArrayList<>();
    for (int i = 0; i < WINDOWS; i++) {
      OpenLoop.Latencies latencies = loop.run(calls(level));
      record(trial, latencies);
      seen.add(
          "p50 %.1f, p99 %.1f us"
              .formatted(
                  Medians.quantile(latencies.device, MEDIAN) / 1000,
                  Medians.quantile(latencies.device, TAIL) / 1000));
      Verdict median = verdict(MEDIAN, level.p50Micros(), latencies);
      Verdict tail = verdict(TAIL, level.p99Micros(), latencies);
      if (median == Verdict.PASS && tail == Verdict.PASS) {
        return;
      }
      exceeded.removeIf(q -> (q == MEDIAN ? median : tail) != Verdict.FAIL);
    }
    String promise =
        "p50 %.1f, p99 %.1f us are declared, found %s"
            .formatted(level.p50Micros(), level.p99Micros(), String.join("; ", seen));
    if (exceeded.isEmpty()) {
      throw new Inconclusive(
          promise + ": too near to the level, or the machine delays the control, too");
    }
    throw new AssertionError(promise + ", where a control kept to it");
  }

  private static Verdict verdict(double q, double limitMicros, OpenLoop.Latencies latencies) {
    double limit = 1000 * limitMicros;
    return TailTest.judge(q, TailTest.Window.of(latencies.device, limit, latencies.control, limit));
  }

  private static void record(Trial trial, OpenLoop.Latencies latencies) {
    Map<String, Object> samples = new LinkedHashMap<>();
    samples.put("device", latencies.device);
    samples.put("control", latencies.control);
    trial.record("samples", samples);
    Histogram histogram = new Histogram(SIGNIFICANT_DIGITS);
    for (long nanos : latencies.device) {
      histogram.recordValue(nanos);
    }
    trial.record("p50", histogram.getValueAtPercentile(50));
    trial.record("p99", histogram.getValueAtPercentile(99));
  }
}
