package dev.halyard.tck.latency;

import dev.halyard.Completion;
import dev.halyard.DType;
import dev.halyard.Gelu;
import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.spi.Profile;
import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.Inconclusive;
import dev.halyard.tck.check.NotClaimed;
import dev.halyard.tck.check.Trial;
import dev.halyard.tck.check.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BinaryOperator;
import java.util.function.Function;
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
  // A test that has no answer by then is noisy, and more blocks rarely help.
  private static final Duration QUICK_BUDGET = Duration.ofSeconds(5);
  private static final Duration FULL_BUDGET = Duration.ofSeconds(20);
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final String PREVIOUS = "v";
  private static final int LAYERS = 3;

  private RatioChecks() {}

  static void addTo(List<Check> checks) {
    add(checks, "L-101", "elementwise chain", RatioChecks::chain);
    add(checks, "L-101", "matmul, bias, gelu", RatioChecks::layer);
    add(checks, "L-101", "quantised layers", RatioChecks::quantizedLayers);
    add(checks, "L-102", "submit", RatioChecks::submit);
    add(checks, "L-103", "twice the size", RatioChecks::twice);
    add(checks, "L-103", "batch 1 and 8", RatioChecks::batches);
    add(checks, "L-106", "fresh and equal inputs", RatioChecks::fresh);
  }

  static void add(List<Check> checks, String rule, String name, Check.Body body) {
    checks.add(
        Check.of(
                rule,
                name,
                trial -> {
                  requireHardware(trial);
                  body.run(trial);
                })
            .within(LIMIT)
            .optional());
  }

  static void requireHardware(Trial trial) {
    if (trial.subject().descriptor().emulated()) {
      throw new NotClaimed("the wall time of an emulated device means nothing");
    }
  }

  /**
   * FAIL counts when it repeats; INCONCLUSIVE is tried again where an answer is required, and is
   * worth a retry of the whole check if no try said FAIL.
   */
  static void judge(Trial trial, Timed a, Timed b, double limit, boolean gaugeB) throws Exception {
    boolean required = trial.check().required() || trial.settings().isFull();
    boolean failed = false;
    boolean everFailed = false;
    RatioTest.Result result;
    int tries = 0;
    do {
      result =
          new RatioTest(a, b, limit, gaugeB, trial.random())
              .run(trial.settings().isFull() ? FULL_BUDGET : QUICK_BUDGET);
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
      everFailed |= failed;
    } while (++tries < TRIES && (failed || required));
    String reason = failed ? "FAIL did not repeat" : result.reason();
    trial.record("reason", reason);
    String message = reason + "; " + result.ratio();
    throw everFailed ? new Inconclusive(message) : Inconclusive.noisy(message);
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
    List<Graph> parts = new ArrayList<>();
    for (int i = 0; i < Workloads.STEPS.size(); i++) {
      BinaryOperator<Value> step = Workloads.STEPS.get(i);
      String other = i % 2 == 0 ? "y" : "x";
      parts.add(
          part(
              g ->
                  step.apply(g.input(PREVIOUS, DType.F32, size), g.input(other, DType.F32, size))));
    }
    against(trial, Workloads.chain(size), parts, fusion ? FUSED : BASE);
  }

  private static void layer(Trial trial) throws Exception {
    long rows = Workloads.size(trial, Workloads::layer);
    long width = Workloads.WIDTH;
    List<Graph> parts =
        List.of(
            Workloads.product(rows),
            part(
                g -> g.input(PREVIOUS, DType.F32, rows, width).add(g.input("b", DType.F32, width))),
            part(g -> g.input(PREVIOUS, DType.F32, rows, width).gelu(Gelu.TANH)));
    against(trial, Workloads.layer(rows), parts, BASE);
  }

  private static void quantizedLayers(Trial trial) throws Exception {
    for (DType dtype : Workloads.QUANTIZED) {
      LongFunction<Graph> family = Workloads.quantized(dtype);
      if (Workloads.isClaimed(trial, family)) {
        quantizedLayers(trial, dtype, Workloads.size(trial, family));
        return;
      }
    }
    throw new NotClaimed("the device claims no quantised layer");
  }

  private static void quantizedLayers(Trial trial, DType dtype, long rows) throws Exception {
    long width = Workloads.QUANTIZED_WIDTH;
    Graph whole =
        Graph.of(
            "layers",
            g -> {
              Value value = g.input("x", dtype, rows, width);
              for (int i = 0; i < LAYERS; i++) {
                value = Workloads.quantized(g, value);
              }
              g.output("out", value);
            });
    Graph part = part(g -> Workloads.quantized(g, g.input(PREVIOUS, dtype, rows, width)));
    against(trial, whole, Collections.nCopies(LAYERS, part), BASE);
  }

  private static Graph part(Function<Graph.Builder, Value> body) {
    return Graph.of("part", g -> g.output("out", body.apply(g)));
  }

  /**
   * The parts read the very tensors that the whole reads, and each the result of the one before.
   */
  private static void against(Trial trial, Graph graph, List<Graph> graphs, double limit)
      throws Exception {
    List<Rig> parts = new ArrayList<>();
    try (Rig whole = Rig.open(trial.subject(), graph, trial.random())) {
      Tensor previous = whole.firstInput();
      for (Graph part : graphs) {
        Map<String, Tensor> shared = new HashMap<>(whole.inputs);
        shared.put(PREVIOUS, previous);
        // Two buffers in turn, as a runtime that plans memory would give the values between.
        if (parts.size() >= 2) {
          shared.put("out", parts.get(parts.size() - 2).firstOutput());
        }
        parts.add(Rig.open(trial.subject(), part, trial.random(), shared));
        previous = parts.getLast().firstOutput();
      }
      judge(trial, whole::time, () -> parts.stream().mapToLong(Rig::time).sum(), limit, false);
      parts.reversed().forEach(Rig::close);
      parts.clear();
    } finally {
      parts.reversed().forEach(Rig::close);
    }
  }

  private static void submit(Trial trial) throws Exception {
    trial.subject().require(Profile.ASYNC);
    LongFunction<Graph> family = Workloads.claimedComputing(trial);
    Workloads.Sized sized = Workloads.sized(trial, family);
    if (!sized.dwarfsSubmission()) {
      throw new Inconclusive(
          "the longest run of the kit's takes %d ns, less than 40 of the least submission, %d ns"
              .formatted(sized.nanos(), sized.emptyNanos()));
    }
    try (Rig rig = Rig.open(trial.subject(), family.apply(sized.size()), trial.random())) {
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
    // Elementwise work outgrows a cache at some size, and then time grows faster than the work.
    LongFunction<Graph> family = Workloads.claimedComputing(trial);
    long size = Workloads.size(trial, family);
    compareSizes(trial, family, 2 * size, size, DOUBLE);
  }

  private static void batches(Trial trial) throws Exception {
    LongFunction<Graph> family = Workloads.claimed(trial);
    long item = Math.max(1, Workloads.size(trial, family) / 8);
    compareSizes(trial, family, item, 8 * item, BASE);
  }

  private static void compareSizes(
      Trial trial, LongFunction<Graph> family, long a, long b, double limit) throws Exception {
    try (Rig first = Rig.open(trial.subject(), family.apply(a), trial.random());
        Rig second = Rig.open(trial.subject(), family.apply(b), trial.random())) {
      judge(trial, first::time, second::time, limit, false);
    }
  }

  private static void fresh(Trial trial) throws Exception {
    LongFunction<Graph> family = Workloads.claimed(trial);
    long size = Workloads.size(trial, family);
    SplittableRandom random = trial.random();
    try (Rig rig = Rig.open(trial.subject(), family.apply(size), random)) {
      Tensor equal = copy(rig.firstInput());
      Tensor fresh = copy(equal);
      judge(
          trial,
          () -> {
            Rig.change(fresh, random);
            rig.firstInput().copyFrom(fresh.segment());
            return rig.time();
          },
          () -> {
            rig.firstInput().copyFrom(equal.segment());
            return rig.time();
          },
          CACHED,
          false);
    }
  }

  private static Tensor copy(Tensor tensor) {
    return Tensor.copyOf(TensorArena.ofAuto(), tensor.segment(), tensor.dtype(), tensor.shape());
  }
}
