package dev.halyard.tck.latency;

import dev.halyard.Completion;
import dev.halyard.DType;
import dev.halyard.Gelu;
import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.spi.Profile;
import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.Inconclusive;
import dev.halyard.tck.check.NotClaimed;
import dev.halyard.tck.check.Trial;
import dev.halyard.tck.check.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongFunction;

/** Level L1: times of the device against times of the device. */
final class RatioChecks {
  private static final int TRIES = 3;
  // Fixed by rules L-101 to L-106.
  private static final double FUSED = 0.90;
  private static final double BASE = 1.05;
  private static final double SUBMIT = 0.5;
  private static final double DOUBLE = 2.2;
  private static final double CACHED = 1 / 0.9;

  private RatioChecks() {}

  static void addTo(List<Check> checks) {
    add(checks, "L-101", "elementwise chain", RatioChecks::chain);
    add(checks, "L-101", "matmul, bias, gelu", RatioChecks::layer);
    add(checks, "L-102", "submit", RatioChecks::submit);
    add(checks, "L-103", "twice the size", RatioChecks::twice);
    add(checks, "L-103", "batch 1 and 8", RatioChecks::batches);
    add(checks, "L-106", "fresh and equal inputs", RatioChecks::fresh);
  }

  private static void add(List<Check> checks, String rule, String name, Check.Body body) {
    checks.add(
        Check.of(
                rule,
                name,
                trial -> {
                  requireHardware(trial);
                  body.run(trial);
                })
            .within(Duration.ofSeconds(120))
            .optional());
  }

  static void requireHardware(Trial trial) {
    if (trial.subject().descriptor().emulated()) {
      throw new NotClaimed("the wall time of an emulated device means nothing");
    }
  }

  /** FAIL counts when it repeats; INCONCLUSIVE is tried again where an answer is required. */
  private static void judge(Trial trial, Timed a, Timed b, double limit, boolean gaugeB)
      throws Exception {
    boolean required = trial.check().required() || trial.settings().isFull();
    boolean failed = false;
    RatioTest.Result result = null;
    for (int i = 0; i < TRIES; i++) {
      result = new RatioTest(a, b, limit, gaugeB, trial.random()).run();
      trial.record("ratio", result.ratio());
      trial.record(
          "samples",
          Map.of("device", thinned(result.samplesA()), "baseline", thinned(result.samplesB())));
      if (result.verdict() == Verdict.PASS) {
        return;
      }
      if (result.verdict() == Verdict.FAIL && failed) {
        throw new AssertionError(
            "the ratio should be at most %.3f, is %.3f (%.3f to %.3f with 99.8%%), twice"
                .formatted(limit, result.estimate(), result.low(), result.high()));
      }
      failed = result.verdict() == Verdict.FAIL;
      if (!failed && !required) {
        break;
      }
    }
    String reason = failed ? "FAIL did not repeat" : result.reason();
    trial.record("reason", reason);
    throw new Inconclusive(reason + "; " + result.ratio());
  }

  private static long[] thinned(List<Long> samples) {
    int step = Math.max(1, (samples.size() + 1999) / 2000);
    List<Long> kept = new ArrayList<>();
    for (int i = 0; i < samples.size(); i += step) {
      kept.add(samples.get(i));
    }
    return kept.stream().mapToLong(value -> value).toArray();
  }

  private static void chain(Trial trial) throws Exception {
    boolean fusion = trial.subject().declares(Profile.FUSION);
    long size = Workloads.size(trial, Workloads::chain);
    try (Rig whole = Rig.open(trial.subject(), Workloads.chain(size), trial.random())) {
      List<Graph> parts = new ArrayList<>();
      for (var step : Workloads.STEPS) {
        parts.add(
            Graph.of(
                "part",
                g ->
                    g.output(
                        "out",
                        step.apply(g.input("v", DType.F32, size), g.input("w", DType.F32, size)))));
      }
      against(trial, whole, parts, fusion ? FUSED : BASE);
    }
  }

  private static void layer(Trial trial) throws Exception {
    long rows = Workloads.size(trial, Workloads::layer);
    long width = Workloads.WIDTH;
    List<Graph> parts =
        List.of(
            Workloads.product(rows),
            Graph.of(
                "bias",
                g ->
                    g.output(
                        "out",
                        g.input("v", DType.F32, rows, width).add(g.input("b", DType.F32, width)))),
            Graph.of(
                "gelu",
                g -> g.output("out", g.input("v", DType.F32, rows, width).gelu(Gelu.TANH))));
    try (Rig whole = Rig.open(trial.subject(), Workloads.layer(rows), trial.random())) {
      against(trial, whole, parts, BASE);
    }
  }

  private static void against(Trial trial, Rig whole, List<Graph> graphs, double limit)
      throws Exception {
    List<Rig> parts = new ArrayList<>();
    try {
      Tensor value = whole.firstInput();
      for (Graph graph : graphs) {
        Rig part = Rig.open(trial.subject(), graph, trial.random(), Map.of("v", value));
        parts.add(part);
        value = part.firstOutput();
      }
      judge(trial, whole::time, () -> parts.stream().mapToLong(Rig::time).sum(), limit, false);
    } finally {
      parts.reversed().forEach(Rig::close);
    }
  }

  private static void submit(Trial trial) throws Exception {
    trial.subject().require(Profile.ASYNC);
    LongFunction<Graph> family = Workloads.claimed(trial);
    long size = Workloads.size(trial, family);
    try (Rig rig = Rig.open(trial.subject(), family.apply(size), trial.random())) {
      judge(trial, () -> submitted(rig, false), () -> submitted(rig, true), SUBMIT, true);
    }
  }

  private static long submitted(Rig rig, boolean whole) throws InterruptedException {
    long start = System.nanoTime();
    Completion completion = rig.invocation.submit();
    long early = System.nanoTime();
    completion.await();
    return (whole ? System.nanoTime() : early) - start;
  }

  private static void twice(Trial trial) throws Exception {
    LongFunction<Graph> family = Workloads.claimed(trial);
    compareSizes(trial, family, 2, 1, DOUBLE);
  }

  private static void batches(Trial trial) throws Exception {
    compareSizes(trial, Workloads.claimed(trial), 1, 8, BASE);
  }

  private static void compareSizes(
      Trial trial, LongFunction<Graph> family, int a, int b, double limit) throws Exception {
    long size = Workloads.size(trial, family);
    try (Rig first = Rig.open(trial.subject(), family.apply(a * size), trial.random());
        Rig second = Rig.open(trial.subject(), family.apply(b * size), trial.random())) {
      judge(trial, first::time, second::time, limit, false);
    }
  }

  private static void fresh(Trial trial) throws Exception {
    LongFunction<Graph> family = Workloads.claimed(trial);
    long size = Workloads.size(trial, family);
    SplittableRandom random = trial.random();
    try (Rig rig = Rig.open(trial.subject(), family.apply(size), random)) {
      float[] equal = Rig.values(rig.firstInput(), random);
      float[] fresh = equal.clone();
      judge(
          trial,
          () -> {
            fresh[fresh.length - 1] = (float) random.nextDouble();
            rig.firstInput().copyFrom(fresh);
            return rig.time();
          },
          () -> {
            rig.firstInput().copyFrom(equal);
            return rig.time();
          },
          CACHED,
          false);
    }
  }
}
