package dev.halyard.tck.numerical;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.Trial;
import dev.halyard.testkit.Case;
import dev.halyard.testkit.Comparison;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Integer sums, functions and orders (N-203). */
final class IntegerChecks {
  private static final List<DType> DTYPES =
      List.of(DType.I8, DType.U8, DType.I16, DType.I32, DType.I64);
  private static final int SIDE = 19;
  private static final int TERMS = 300;
  private static final DotCase.Conv CONV = new DotCase.Conv(2, 2, 3, 4, 9, 3, 1, 1, 1, 0);
  private static final Map<String, FunctionCase.Operation> FUNCTIONS = new LinkedHashMap<>();

  static {
    FUNCTIONS.put("neg/1", x -> x.getFirst().neg());
    FUNCTIONS.put("abs/1", x -> x.getFirst().abs());
    FUNCTIONS.put("add/1", x -> x.get(0).add(x.get(1)));
    FUNCTIONS.put("sub/1", x -> x.get(0).sub(x.get(1)));
    FUNCTIONS.put("mul/1", x -> x.get(0).mul(x.get(1)));
    FUNCTIONS.put("div/1", x -> x.get(0).div(x.get(1)));
    FUNCTIONS.put("rem/1", x -> x.get(0).rem(x.get(1)));
    FUNCTIONS.put("min/1", x -> x.get(0).min(x.get(1)));
    FUNCTIONS.put("max/1", x -> x.get(0).max(x.get(1)));
    FUNCTIONS.put("lt/1", x -> x.get(0).lt(x.get(1)));
    FUNCTIONS.put("ge/1", x -> x.get(0).ge(x.get(1)));
    FUNCTIONS.put("eq/1", x -> x.get(0).eq(x.get(1)));
  }

  private IntegerChecks() {}

  static void addTo(List<Check> checks) {
    products(checks, DType.I8, DType.I8, DType.I32);
    products(checks, DType.U8, DType.U8, DType.I32);
    products(checks, DType.U8, DType.I8, DType.I32);
    products(checks, DType.I8, DType.U8, DType.I32);
    products(checks, DType.I16, DType.I16, DType.I32);
    products(checks, DType.I16, DType.I16, DType.I64);
    products(checks, DType.I32, DType.I32, DType.I32);
    products(checks, DType.I32, DType.I32, DType.I64);
    products(checks, DType.I64, DType.I64, DType.I64);
    for (DType dtype : DTYPES) {
      String name = dtype.toString();
      for (boolean inner : new boolean[] {true, false}) {
        checks.add(
            Check.of("N-203", inner ? "inner" : "outer", trial -> sums(trial, dtype, inner))
                .about("reduce_sum/1", name));
      }
      FUNCTIONS.forEach(
          (op, function) ->
              checks.add(
                  Check.of("N-203", "limits", trial -> limits(trial, dtype, function))
                      .about(op, name)));
      checks.add(
          Check.of("N-203", "equals", trial -> argmax(trial, dtype)).about("argmax/1", name));
    }
  }

  private static void products(List<Check> checks, DType left, DType right, DType to) {
    String name = "by " + right + " to " + to;
    checks.add(
        Check.of("N-203", name, trial -> matmul(trial, left, right, to))
            .about("matmul/1", left.toString()));
    checks.add(
        Check.of("N-203", name, trial -> conv(trial, left, right, to))
            .about("conv/1", left.toString()));
  }

  private static void matmul(Trial trial, DType left, DType right, DType to) {
    SplittableRandom random = trial.random();
    Tensor a = Integers.any(left, random, SIDE, TERMS);
    Tensor b = Integers.any(right, random, TERMS, SIDE);
    Graph graph =
        Graph.of(
            "matmul",
            g ->
                g.output(
                    "y",
                    g.input("a", left, SIDE, TERMS).matmul(g.input("b", right, TERMS, SIDE), to)));
    long[] sums = Integers.matmul(a.toLongs(), b.toLongs(), SIDE, TERMS, SIDE);
    exact(trial, graph, Map.of("a", a, "b", b), sums);
  }

  private static void conv(Trial trial, DType left, DType right, DType to) {
    SplittableRandom random = trial.random();
    Tensor x = Integers.any(left, random, CONV.input());
    Tensor w = Integers.any(right, random, CONV.weights());
    Graph graph =
        Graph.of(
            "conv",
            g ->
                g.output(
                    "y",
                    g.op(
                            "conv/1",
                            CONV.attributes().with("to", to),
                            g.input("x", left, x.shape()),
                            g.input("w", right, w.shape()))
                        .getFirst()));
    exact(trial, graph, Map.of("x", x, "w", w), Integers.conv(x.toLongs(), w.toLongs(), CONV));
  }

  private static void sums(Trial trial, DType dtype, boolean inner) {
    long[] shape = inner ? new long[] {SIDE, TERMS} : new long[] {TERMS, SIDE};
    Tensor x = Integers.any(dtype, trial.random(), shape);
    long[] sums = new long[SIDE];
    for (int i = 0; i < x.elements(); i++) {
      sums[inner ? i / TERMS : i % SIDE] += x.getLong(i);
    }
    Graph graph =
        Graph.of(
            "sum", g -> g.output("y", g.input("x", dtype, shape).reduceSum(false, inner ? 1 : 0)));
    exact(trial, graph, Map.of("x", x), sums);
  }

  /** Sums as they wrap in the type of the output. */
  private static void exact(Trial trial, Graph graph, Map<String, Tensor> inputs, long... sums) {
    Tensor found = DotCase.output(trial.subject().run(graph, inputs));
    ErrorStats stats = new ErrorStats();
    for (int i = 0; i < sums.length; i++) {
      int at = i;
      stats.addInteger(
          found.getLong(i),
          Integers.wrapped(found.dtype(), sums[i]),
          () -> DotCase.place(found, at));
    }
    stats.settle(trial, graph.name());
  }

  /** Numbers at both ends of the type and about zero, each with each. */
  private static void limits(Trial trial, DType dtype, FunctionCase.Operation function) {
    long least = Integers.least(dtype);
    long greatest = Integers.greatest(dtype);
    long[] values = {
      least, least + 1, least + 2, -7, -3, -2, -1, 0, 1, 2, 3, 7, 10, greatest - 1, greatest
    };
    int n = values.length;
    Tensor x = TensorArena.ofAuto().allocate(dtype, n, n);
    Tensor y = TensorArena.ofAuto().allocate(dtype, n, n);
    for (int i = 0; i < n * n; i++) {
      x.setLong(i, values[i / n]);
      y.setLong(i, values[i % n]);
    }
    Graph graph =
        Graph.of(
            "limits",
            g -> {
              List<Value> operands = List.of(g.input("x", dtype, n, n), g.input("y", dtype, n, n));
              g.output("y", function.apply(operands));
            });
    compare(trial, new Case("limits", graph, Map.of("x", x, "y", y)));
  }

  private static void argmax(Trial trial, DType dtype) {
    SplittableRandom random = trial.random();
    Tensor x = TensorArena.ofAuto().allocate(dtype, SIDE, TERMS);
    for (int i = 0; i < x.elements(); i++) {
      x.setLong(i, Integers.greatest(dtype) - random.nextInt(3));
    }
    Graph graph =
        Graph.of("argmax", g -> g.output("y", g.input("x", dtype, SIDE, TERMS).argmax(1, false)));
    compare(trial, new Case("argmax", graph, Map.of("x", x)));
  }

  private static void compare(Trial trial, Case tested) {
    Comparison expected = Denormals.of(trial).comparison(tested);
    expected.check(trial.subject().run(tested.graph(), tested.inputs()));
    trial.record("elements", expected.checked());
  }
}
