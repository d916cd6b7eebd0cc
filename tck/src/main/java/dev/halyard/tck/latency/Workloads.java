package dev.halyard.tck.latency;

import dev.halyard.DType;
import dev.halyard.Gelu;
import dev.halyard.Graph;
import dev.halyard.Value;
import dev.halyard.tck.check.NotClaimed;
import dev.halyard.tck.check.Trial;
import dev.halyard.testkit.QuantizedLayer;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BinaryOperator;
import java.util.function.LongFunction;

/** What is timed, by size. */
final class Workloads {
  private static final long MIN_NANOS = 1_000_000;
  private static final int EMPTY_SUBMITS = 40;
  // Bounds memory and time where a slow submission would ask for seconds of work.
  private static final long MAX_NANOS = 20_000_000;
  // A kernel takes up to a second to be compiled, and settles at its slow speed before that.
  private static final long WARM_NANOS = 300_000_000;
  private static final long MAX_WARM_NANOS = 2_000_000_000;
  private static final int SETTLED = 3;
  private static final double AGREEMENT = 0.1;
  private static final long MAX_SIZE = 1 << 20;
  private static final Map<String, Sized> SIZES = new ConcurrentHashMap<>();
  static final long WIDTH = 256;
  static final long QUANTIZED_WIDTH = 64;
  static final List<DType> QUANTIZED = List.of(DType.I8, DType.I16);

  static final List<BinaryOperator<Value>> STEPS =
      List.of(
          Value::add,
          Value::mul,
          Value::max,
          Value::sub,
          Value::min,
          Value::mul,
          Value::add,
          Value::sub);

  private Workloads() {}

  /** {@return a chain of elementwise steps over so many elements} */
  static Graph chain(long size) {
    return Graph.of(
        "chain",
        g -> {
          Value x = g.input("x", DType.F32, size);
          Value y = g.input("y", DType.F32, size);
          Value value = x;
          for (int i = 0; i < STEPS.size(); i++) {
            value = STEPS.get(i).apply(value, i % 2 == 0 ? y : x);
          }
          g.output("out", value);
        });
  }

  static Graph product(long rows) {
    return Graph.of("product", g -> g.output("out", matmul(g, rows)));
  }

  /** {@return a matmul with bias and GELU, of so many rows} */
  static Graph layer(long rows) {
    return Graph.of(
        "layer",
        g -> g.output("out", matmul(g, rows).add(g.input("b", DType.F32, WIDTH)).gelu(Gelu.TANH)));
  }

  private static Value matmul(Graph.Builder g, long rows) {
    return g.input("x", DType.F32, rows, WIDTH).matmul(g.input("w", DType.F32, WIDTH, WIDTH));
  }

  private static Graph biased(long rows) {
    return Graph.of(
        "biased", g -> g.output("out", matmul(g, rows).add(g.input("b", DType.F32, WIDTH)).relu()));
  }

  private static Graph activation(long size) {
    return Graph.of("gelu", g -> g.output("out", g.input("x", DType.F32, size).gelu(Gelu.ERF)));
  }

  private static Graph single(long size) {
    return Graph.of(
        "add",
        g -> g.output("out", g.input("x", DType.F32, size).add(g.input("y", DType.F32, size))));
  }

  /** {@return the family of quantised dense layers of a type, by rows} */
  static LongFunction<Graph> quantized(DType dtype) {
    return rows ->
        Graph.of(
            "quantised layer " + dtype,
            g -> g.output("out", quantized(g, g.input("x", dtype, rows, QUANTIZED_WIDTH))));
  }

  /** {@return a quantised dense layer with a ReLU, as devices that shift have it} */
  static Value quantized(Graph.Builder g, Value x) {
    int width = (int) QUANTIZED_WIDTH;
    return QuantizedLayer.random(new SplittableRandom(7), DType.I8, 9, x.dtype(), width, width)
        .shift(6)
        .relu(QuantizedLayer.Relu.RELU)
        .apply(g, x);
  }

  /** {@return every family, elementwise chains first} */
  static List<LongFunction<Graph>> all() {
    return List.of(
        Workloads::chain,
        Workloads::layer,
        Workloads::biased,
        Workloads::product,
        Workloads::single,
        Workloads::activation,
        quantized(DType.I8),
        quantized(DType.I16));
  }

  /**
   * {@return the first family of graphs that the device claims}
   *
   * @throws NotClaimed if there is none
   */
  static LongFunction<Graph> claimed(Trial trial) {
    return first(trial, all());
  }

  /**
   * {@return the first family of graphs that the device claims, those that compute much first}
   *
   * @throws NotClaimed if there is none
   */
  static LongFunction<Graph> claimedComputing(Trial trial) {
    return first(
        trial,
        List.of(
            Workloads::product,
            Workloads::layer,
            Workloads::biased,
            Workloads::chain,
            Workloads::single,
            Workloads::activation,
            quantized(DType.I8),
            quantized(DType.I16)));
  }

  private static LongFunction<Graph> first(Trial trial, List<LongFunction<Graph>> families) {
    for (LongFunction<Graph> family : families) {
      if (isClaimed(trial, family)) {
        return family;
      }
    }
    throw new NotClaimed("the device claims none of the kit's timed graphs");
  }

  static boolean isClaimed(Trial trial, LongFunction<Graph> family) {
    try (Rig rig = Rig.open(trial.subject(), family.apply(16), trial.random())) {
      rig.time();
      return true;
    } catch (NotClaimed refused) {
      return false;
    }
  }

  /**
   * A size at which a family of graphs is timed.
   *
   * @param size its argument
   * @param nanos what a run takes
   * @param emptyNanos what the least submission takes
   */
  record Sized(long size, long nanos, long emptyNanos) {
    /** {@return whether what submitting costs vanishes beside a run} */
    boolean dwarfsSubmission() {
      return nanos >= EMPTY_SUBMITS * emptyNanos;
    }
  }

  /** {@return a size from which a run takes max(1 ms, 40 x the least submission)} */
  static long size(Trial trial, LongFunction<Graph> family) throws Exception {
    return sized(trial, family).size;
  }

  /** {@return that size with the times it was found by} */
  static Sized sized(Trial trial, LongFunction<Graph> family) throws Exception {
    String name = family.apply(1).name();
    Sized known = SIZES.get(name);
    if (known != null) {
      return known;
    }
    long empty = Math.min(typical(trial, family.apply(1), true), least(trial));
    double wanted = Math.clamp(EMPTY_SUBMITS * empty, MIN_NANOS, MAX_NANOS);
    long size = 64;
    long nanos = typical(trial, family.apply(size), false);
    while (size < MAX_SIZE && nanos < wanted) {
      size *= Math.clamp(Long.highestOneBit((long) (wanted / nanos)), 2, 32);
      nanos = typical(trial, family.apply(size), false);
    }
    Sized found = new Sized(size, nanos, empty);
    SIZES.put(name, found);
    return found;
  }

  /** {@return what submitting one addition takes; no bound where the device claims none} */
  private static long least(Trial trial) throws Exception {
    return isClaimed(trial, Workloads::single) ? typical(trial, single(1), true) : Long.MAX_VALUE;
  }

  /** {@return the median of calls whose medians have settled, or of the last where they do not} */
  private static long typical(Trial trial, Graph graph, boolean submit) throws Exception {
    try (Rig rig = Rig.open(trial.subject(), graph, trial.random())) {
      long start = System.nanoTime();
      double last = median(rig, submit);
      for (int settled = 0; settled < SETTLED; ) {
        double next = median(rig, submit);
        settled = Math.abs(next - last) <= AGREEMENT * last ? settled + 1 : 0;
        last = next;
        long taken = System.nanoTime() - start;
        if (taken < WARM_NANOS) {
          settled = 0;
        } else if (taken > MAX_WARM_NANOS) {
          break;
        }
      }
      return (long) last;
    }
  }

  private static double median(Rig rig, boolean submit) throws InterruptedException {
    long[] nanos = new long[25];
    for (int i = 0; i < nanos.length; i++) {
      long start = System.nanoTime();
      if (submit) {
        rig.invocation.submit().await();
      } else {
        rig.invocation.execute();
      }
      nanos[i] = System.nanoTime() - start;
    }
    return Medians.median(nanos);
  }
}
