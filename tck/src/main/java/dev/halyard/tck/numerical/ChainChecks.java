package dev.halyard.tck.numerical;

import dev.halyard.CompileOptions;
import dev.halyard.DType;
import dev.halyard.Gelu;
import dev.halyard.Graph;
import dev.halyard.Kernel;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.Patience;
import dev.halyard.tck.check.Trial;
import dev.halyard.testkit.Case;
import dev.halyard.testkit.Comparison;
import dev.halyard.testkit.RandomGraphs;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.function.UnaryOperator;

/** Chains (N-601), epilogues (N-602), normalisations (N-603), and fusion off (N-604). */
final class ChainChecks {
  private static final List<DType> DTYPES = List.of(DType.F32, DType.F16, DType.BF16);
  private static final int GROUPS = 8;

  /** A function with its error: units of N-401, and what N-402 adds per |x|. */
  private record Epilogue(double units, double relative, UnaryOperator<Value> operation) {}

  /** Normalises rows, with operands of its own. */
  @FunctionalInterface
  private interface Norm {
    Value of(Graph.Builder graph, Value x, Rows rows, Map<String, Tensor> inputs);
  }

  private static final double EPSILON = 1e-4;
  private static final int NORMALISED = 9;
  private static final Map<String, Norm> NORMS = new LinkedHashMap<>();
  private static final Map<String, Epilogue> EPILOGUES = new LinkedHashMap<>();

  static {
    NORMS.put("halyard.layer_norm/1", ChainChecks::layerNorm);
    NORMS.put("halyard.rms_norm/1", ChainChecks::rmsNorm);
    NORMS.put("halyard.batch_norm/1", ChainChecks::batchNorm);
    EPILOGUES.put("relu", new Epilogue(0, 0, Value::relu));
    EPILOGUES.put("sigmoid", new Epilogue(8, 0, Value::sigmoid));
    EPILOGUES.put("tanh", new Epilogue(5, 0, Value::tanh));
    EPILOGUES.put("exp", new Epilogue(3, 0, Value::exp));
    EPILOGUES.put("silu", new Epilogue(9, 0, Value::silu));
    EPILOGUES.put("gelu erf", new Epilogue(4, 16 * 0x1p-23 / 2, x -> x.gelu(Gelu.ERF)));
    EPILOGUES.put("gelu tanh", new Epilogue(4, 16 * 0x1p-23 / 2, x -> x.gelu(Gelu.TANH)));
    EPILOGUES.put("leaky relu", new Epilogue(1, 0, x -> x.leakyRelu(0.0625)));
    EPILOGUES.put("clip", new Epilogue(0, 0, x -> x.clip(-1.5, 2)));
  }

  private ChainChecks() {}

  static void addTo(List<Check> checks) {
    for (DType dtype : DTYPES) {
      String name = dtype.toString();
      for (int group = 0; group < GROUPS; group++) {
        checks.add(
            Check.of("N-601", "random graphs " + group, trial -> randomGraphs(trial, dtype, true))
                .about("", name));
        checks.add(
            Check.of("N-604", "random graphs " + group, trial -> randomGraphs(trial, dtype, false))
                .about("", name));
      }
      for (int i = 0; i < Networks.all(dtype, new SplittableRandom(0)).size(); i++) {
        int index = i;
        String piece = Networks.all(dtype, new SplittableRandom(0)).get(i).name();
        checks.add(
            Check.of("N-601", piece, trial -> network(trial, dtype, index, true)).about("", name));
        checks.add(
            Check.of("N-604", piece, trial -> network(trial, dtype, index, false)).about("", name));
      }
      EPILOGUES.forEach(
          (epilogue, how) ->
              List.of(false, true)
                  .forEach(constant -> addEpilogue(checks, dtype, epilogue, how, constant)));
      for (Rows rows : Rows.values()) {
        NORMS.forEach(
            (op, norm) ->
                checks.add(
                    Check.of("N-603", rows.text, trial -> normalises(trial, dtype, rows, norm))
                        .about(op, name)));
      }
    }
  }

  private static void addEpilogue(
      List<Check> checks, DType dtype, String name, Epilogue epilogue, boolean constant) {
    checks.add(
        Check.of(
                "N-602",
                constant ? "constant " + name : name,
                trial -> epilogue(trial, dtype, epilogue, constant))
            .about("matmul/1", dtype.toString()));
  }

  private static void randomGraphs(Trial trial, DType dtype, boolean fused) {
    SplittableRandom random = trial.random();
    Patience patience = NumericalChecks.patience(trial, 6, 60);
    long compared = 0;
    int graphs = 0;
    for (; patience.lasts(graphs); graphs++) {
      compared += compare(trial, RandomGraphs.generate(dtype, random.nextLong()), fused);
    }
    trial.record("cases", graphs);
    record(trial, compared);
  }

  private static void network(Trial trial, DType dtype, int index, boolean fused) {
    TestCase network = Networks.all(dtype, trial.random()).get(index);
    record(trial, compare(trial, network.asCase(), fused));
  }

  private static void record(Trial trial, long compared) {
    trial.record("elements", compared);
    if (compared == 0) {
      throw new AssertionError("nothing was compared, which is a fault of the kit");
    }
  }

  private static long compare(Trial trial, Case tested, boolean fused) {
    Comparison expected = Denormals.of(trial).comparison(tested);
    CompileOptions options = CompileOptions.defaults().fusion(fused);
    try (Kernel kernel = trial.subject().compile(tested.graph(), options)) {
      expected.check(kernel.run(tested.inputs()));
    }
    return expected.checked();
  }

  /**
   * Rows with a single 1 pick the other matrix's elements, so that the product is exact; and the
   * bias is of the same step as they are, so that the sum, of less than 8, is exact too.
   */
  private static void epilogue(Trial trial, DType dtype, Epilogue epilogue, boolean constant) {
    SplittableRandom random = trial.random();
    int k = 40;
    int n = 50;
    Tensor a = TensorArena.ofAuto().allocate(dtype, k, k);
    Tensor b = steps(dtype, random, k, n);
    Tensor bias = steps(dtype, random, n);
    Tensor sums = TensorArena.ofAuto().allocate(dtype, (long) k * n);
    for (int i = 0; i < k; i++) {
      int from = (i * 7 + 3) % k;
      a.setDouble((long) i * k + from, 1);
      for (int j = 0; j < n; j++) {
        sums.setDouble((long) i * n + j, b.getDouble((long) from * n + j) + bias.getDouble(j));
      }
    }
    Map<String, Tensor> inputs = new LinkedHashMap<>(Map.of("a", a));
    Graph graph =
        Graph.of(
            "epilogue",
            g -> {
              Value weights = given(g, "b", b, constant, inputs);
              Value added = given(g, "bias", bias, constant, inputs);
              Value sum = g.input("a", dtype, k, k).matmul(weights).add(added);
              g.output("y", epilogue.operation.apply(sum));
            });
    Tensor found = DotCase.output(trial.subject().run(graph, inputs));
    ErrorStats stats = new ErrorStats();
    FunctionCase exact =
        FunctionCase.of("epilogue", x -> epilogue.operation.apply(x.getFirst()), List.of(sums));
    FunctionChecks.compare(
        Denormals.of(trial),
        exact,
        found,
        stats,
        (value, at) -> epilogueBound(dtype, epilogue, value, sums.getDouble(at)));
    stats.settle(trial, "an epilogue behind an exact product");
  }

  private static double epilogueBound(DType dtype, Epilogue epilogue, double value, double x) {
    double computed = epilogue.units * FloatType.of(DType.F32).ulp(value);
    double rounding = dtype == DType.F32 ? 0 : FloatType.of(dtype).ulp(value);
    return computed + epilogue.relative * Math.abs(x) + rounding;
  }

  private static Value given(
      Graph.Builder graph,
      String port,
      Tensor value,
      boolean constant,
      Map<String, Tensor> inputs) {
    if (constant) {
      return graph.constant(value);
    }
    inputs.put(port, value);
    return graph.input(port, value.dtype(), value.shape());
  }

  /** {@return numbers below 4, none of them 0, of a step that leaves sums of two exact} */
  private static Tensor steps(DType dtype, SplittableRandom random, long... shape) {
    int bits = FloatType.of(dtype).fractionBits();
    Tensor tensor = TensorArena.ofAuto().allocate(dtype, shape);
    for (long i = 0; i < tensor.elements(); i++) {
      long steps = random.nextLong(1, 1L << bits);
      tensor.setDouble(i, Math.scalb((double) (random.nextBoolean() ? steps : -steps), 2 - bits));
    }
    return tensor;
  }

  /** Rows that are hard to normalise. */
  private enum Rows {
    NEAR_EPSILON("near epsilon", 33),
    CONSTANT("constant", 33),
    SHORT("n=4", 4);

    final String text;
    final int length;

    Rows(String text, int length) {
      this.text = text;
      this.length = length;
    }

    double value(SplittableRandom random, int row) {
      return switch (this) {
        // Uniform numbers up to 0.017 have a standard deviation of 0.01, a variance of EPSILON.
        case NEAR_EPSILON -> random.nextDouble(-1, 1) * 0.017;
        case CONSTANT -> 0.25 * (row - 4);
        case SHORT -> random.nextDouble(-2, 2);
      };
    }

    /** {@return what batch normalisation is told of a row} */
    double variance(int row) {
      return switch (this) {
        case NEAR_EPSILON -> EPSILON * (row + 1) / 4;
        case CONSTANT -> 0;
        case SHORT -> 1;
      };
    }
  }

  private static void normalises(Trial trial, DType dtype, Rows rows, Norm norm) {
    SplittableRandom random = trial.random();
    int n = rows.length;
    Tensor x = TensorArena.ofAuto().allocate(dtype, NORMALISED, n);
    for (int i = 0; i < x.elements(); i++) {
      x.setDouble(i, rows.value(random, i / n));
    }
    Map<String, Tensor> inputs = new LinkedHashMap<>(Map.of("x", x));
    Graph graph =
        Graph.of(
            "normalise",
            g -> g.output("y", norm.of(g, g.input("x", dtype, NORMALISED, n), rows, inputs)));
    record(trial, compare(trial, new Case(rows.text, graph, inputs), true));
  }

  private static Value layerNorm(
      Graph.Builder graph, Value x, Rows rows, Map<String, Tensor> inputs) {
    Value scale = filled(graph, "scale", x, rows.length, i -> 1.5, inputs);
    Value bias = filled(graph, "bias", x, rows.length, i -> 0.25, inputs);
    return x.layerNorm(scale, bias, -1, EPSILON);
  }

  private static Value rmsNorm(
      Graph.Builder graph, Value x, Rows rows, Map<String, Tensor> inputs) {
    return x.rmsNorm(filled(graph, "scale", x, rows.length, i -> 1.5, inputs), -1, EPSILON);
  }

  /** Rows become channels. */
  private static Value batchNorm(
      Graph.Builder graph, Value x, Rows rows, Map<String, Tensor> inputs) {
    Value scale = filled(graph, "scale", x, NORMALISED, i -> 1.5, inputs);
    Value bias = filled(graph, "bias", x, NORMALISED, i -> 0.25, inputs);
    Value mean = filled(graph, "mean", x, NORMALISED, i -> 0.0625 * i, inputs);
    Value variance = filled(graph, "variance", x, NORMALISED, rows::variance, inputs);
    return x.reshape(1, NORMALISED, rows.length).batchNorm(scale, bias, mean, variance, EPSILON);
  }

  private static Value filled(
      Graph.Builder graph,
      String port,
      Value like,
      int n,
      IntToDoubleFunction value,
      Map<String, Tensor> inputs) {
    Tensor tensor = TensorArena.ofAuto().allocate(like.dtype(), n);
    for (int i = 0; i < n; i++) {
      tensor.setDouble(i, value.applyAsDouble(i));
    }
    return given(graph, port, tensor, false, inputs);
  }
}
