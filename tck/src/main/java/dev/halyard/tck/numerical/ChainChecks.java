package dev.halyard.tck.numerical;

import dev.halyard.CompileOptions;
import dev.halyard.DType;
import dev.halyard.Gelu;
import dev.halyard.Graph;
import dev.halyard.Kernel;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.runtime.reference.Interpreter;
import dev.halyard.runtime.reference.Rounding;
import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.Trial;
import dev.halyard.testkit.Case;
import dev.halyard.testkit.Comparison;
import dev.halyard.testkit.RandomGraphs;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/** Chains (N-601), epilogues (N-602), normalisations (N-603), and fusion off (N-604). */
final class ChainChecks {
  private static final List<DType> DTYPES = List.of(DType.F32, DType.F16, DType.BF16);
  private static final Interpreter EXACT = new Interpreter(Rounding.NONE);
  private static final int GROUPS = 8;

  private record Epilogue(double units, double absolute, UnaryOperator<Value> operation) {}

  private static final Map<String, Epilogue> EPILOGUES = new LinkedHashMap<>();

  static {
    // Units of N-401; GELU's absolute part is N-402's for |x| up to 8.
    EPILOGUES.put("relu", new Epilogue(0, 0, Value::relu));
    EPILOGUES.put("sigmoid", new Epilogue(8, 0, Value::sigmoid));
    EPILOGUES.put("tanh", new Epilogue(5, 0, Value::tanh));
    EPILOGUES.put("exp", new Epilogue(3, 0, Value::exp));
    EPILOGUES.put("silu", new Epilogue(9, 0, Value::silu));
    EPILOGUES.put("gelu erf", new Epilogue(4, 16 * 0x1p-23 * 4, x -> x.gelu(Gelu.ERF)));
    EPILOGUES.put("gelu tanh", new Epilogue(4, 16 * 0x1p-23 * 4, x -> x.gelu(Gelu.TANH)));
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
              checks.add(
                  Check.of("N-602", epilogue, trial -> epilogue(trial, dtype, how))
                      .about("matmul/1", name)));
      for (String rows : List.of("near epsilon", "constant", "n=4")) {
        checks.add(
            Check.of("N-603", rows, trial -> normalises(trial, dtype, rows))
                .about("halyard.layer_norm/1", name));
      }
      checks.add(
          Check.of("N-603", "near epsilon", trial -> rmsNormalises(trial, dtype))
              .about("halyard.rms_norm/1", name));
    }
  }

  private static void randomGraphs(Trial trial, DType dtype, boolean fused) {
    SplittableRandom random = trial.random();
    int graphs = trial.settings().isFull() ? 60 : 6;
    long compared = 0;
    for (int i = 0; i < graphs; i++) {
      compared += compare(trial, RandomGraphs.generate(dtype, random.nextLong()), fused);
    }
    record(trial, compared);
  }

  private static void network(Trial trial, DType dtype, int index, boolean fused) {
    TestCase network = Networks.all(dtype, trial.random()).get(index);
    record(
        trial, compare(trial, new Case(network.name(), network.graph(), network.inputs()), fused));
  }

  private static void record(Trial trial, long compared) {
    trial.record("elements", compared);
    if (compared == 0) {
      throw new AssertionError("nothing was compared, which is a fault of the kit");
    }
  }

  private static long compare(Trial trial, Case tested, boolean fused) {
    Comparison expected = Comparison.of(tested, EXACT::evaluate);
    CompileOptions options = CompileOptions.defaults().fusion(fused);
    try (Kernel kernel = trial.subject().compile(tested.graph(), options)) {
      expected.check(kernel.run(tested.inputs()));
    }
    return expected.checked();
  }

  /** Rows with a single 1 pick the other matrix's elements, so that the product is exact. */
  private static void epilogue(Trial trial, DType dtype, Epilogue epilogue) {
    SplittableRandom random = trial.random();
    int k = 40;
    int n = 50;
    Tensor a = TensorArena.ofAuto().allocate(dtype, k, k);
    Tensor b = TensorArena.ofAuto().allocate(dtype, k, n);
    Tensor picked = TensorArena.ofAuto().allocate(dtype, (long) k * n);
    for (int i = 0; i < k * n; i++) {
      // Quarters beside numbers of all fractions; the bias below adds 1 exactly to neither.
      b.setDouble(i, i % 2 == 0 ? random.nextInt(-32, 32) / 4.0 : random.nextDouble(-8, 8));
    }
    for (int i = 0; i < k; i++) {
      int from = (i * 7 + 3) % k;
      a.setDouble((long) i * k + from, 1);
      for (int j = 0; j < n; j++) {
        picked.setDouble((long) i * n + j, b.getDouble((long) from * n + j));
      }
    }
    Graph graph =
        Graph.of(
            "epilogue",
            g ->
                g.output(
                    "y",
                    epilogue.operation.apply(
                        g.input("a", dtype, k, k)
                            .matmul(g.input("b", dtype, k, n))
                            .add(g.input("bias", dtype, n)))));
    Tensor zero = TensorArena.ofAuto().allocate(dtype, n);
    Tensor found = DotCase.output(trial.subject().run(graph, Map.of("a", a, "b", b, "bias", zero)));
    FunctionCase exact =
        FunctionCase.of("epilogue", x -> epilogue.operation.apply(x.getFirst()), List.of(picked));
    FloatType type = FloatType.of(dtype);
    FloatType computed = FloatType.of(DType.F32);
    ErrorStats stats = new ErrorStats();
    FunctionChecks.compare(
        exact,
        found,
        stats,
        (value, at) -> {
          double rounding = dtype == DType.F32 ? 0 : type.ulp(value);
          return epilogue.units * computed.ulp(value) + epilogue.absolute + rounding;
        });
    stats.settle(trial, "an epilogue behind an exact product");
  }

  private static void normalises(Trial trial, DType dtype, String rows) {
    SplittableRandom random = trial.random();
    int n = rows.equals("n=4") ? 4 : 33;
    double epsilon = 1e-4;
    Tensor x = TensorArena.ofAuto().allocate(dtype, 9, n);
    for (int i = 0; i < x.elements(); i++) {
      // A standard deviation of 0.01 is a variance of epsilon.
      double value =
          switch (rows) {
            case "constant" -> 0.25 * (i / n - 4);
            case "n=4" -> random.nextDouble(-2, 2);
            default -> random.nextDouble(-1, 1) * 0.017;
          };
      x.setDouble(i, value);
    }
    Graph graph =
        Graph.of(
            "normalise",
            g ->
                g.output(
                    "y",
                    g.input("x", dtype, 9, n)
                        .layerNorm(
                            g.input("scale", dtype, n), g.input("bias", dtype, n), -1, epsilon)));
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    inputs.put("x", x);
    inputs.put("scale", filled(dtype, n, 1.5));
    inputs.put("bias", filled(dtype, n, 0.25));
    record(trial, compare(trial, new Case(rows, graph, inputs), true));
  }

  private static void rmsNormalises(Trial trial, DType dtype) {
    SplittableRandom random = trial.random();
    int n = 33;
    Tensor x = TensorArena.ofAuto().allocate(dtype, 9, n);
    for (int i = 0; i < x.elements(); i++) {
      x.setDouble(i, random.nextDouble(-1, 1) * 0.017);
    }
    Graph graph =
        Graph.of(
            "normalise",
            g ->
                g.output(
                    "y", g.input("x", dtype, 9, n).rmsNorm(g.input("scale", dtype, n), -1, 1e-4)));
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    inputs.put("x", x);
    inputs.put("scale", filled(dtype, n, 1.5));
    record(trial, compare(trial, new Case("rms norm", graph, inputs), true));
  }

  private static Tensor filled(DType dtype, int n, double value) {
    Tensor tensor = TensorArena.ofAuto().allocate(dtype, n);
    for (int i = 0; i < n; i++) {
      tensor.setDouble(i, value);
    }
    return tensor;
  }
}
