package dev.halyard.tck.numerical;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.NotClaimed;
import dev.halyard.tck.check.Trial;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/** Exact operations (N-403), special values (N-404) and denormals (N-405). */
final class SpecialChecks {
  private static final List<DType> DTYPES = List.of(DType.F32, DType.F16, DType.BF16);
  private static final int COUNT = 1 << 15;
  // Longer than any vector, with a tail.
  private static final int ROW = 67;

  private static final Map<String, FunctionCase.Operation> EXACT = new LinkedHashMap<>();
  private static final Map<String, FunctionCase.Operation> ARITHMETIC = new LinkedHashMap<>();
  private static final Map<String, UnaryOperator<Value>> REDUCTIONS = new LinkedHashMap<>();

  static {
    EXACT.put("neg/1", x -> x.getFirst().neg());
    EXACT.put("abs/1", x -> x.getFirst().abs());
    EXACT.put("floor/1", x -> x.getFirst().floor());
    EXACT.put("ceil/1", x -> x.getFirst().ceil());
    EXACT.put("round/1", x -> x.getFirst().round());
    EXACT.put("halyard.relu/1", x -> x.getFirst().relu());
    EXACT.put("cast/1", x -> x.getFirst().cast(DType.I32));
    EXACT.put("min/1", x -> x.get(0).min(x.get(1)));
    EXACT.put("max/1", x -> x.get(0).max(x.get(1)));
    EXACT.put("eq/1", x -> x.get(0).eq(x.get(1)));
    EXACT.put("ne/1", x -> x.get(0).ne(x.get(1)));
    EXACT.put("lt/1", x -> x.get(0).lt(x.get(1)));
    EXACT.put("le/1", x -> x.get(0).le(x.get(1)));
    EXACT.put("gt/1", x -> x.get(0).gt(x.get(1)));
    EXACT.put("ge/1", x -> x.get(0).ge(x.get(1)));
    ARITHMETIC.put("add/1", x -> x.get(0).add(x.get(1)));
    ARITHMETIC.put("sub/1", x -> x.get(0).sub(x.get(1)));
    ARITHMETIC.put("mul/1", x -> x.get(0).mul(x.get(1)));
    ARITHMETIC.put("min/1", x -> x.get(0).min(x.get(1)));
    ARITHMETIC.put("max/1", x -> x.get(0).max(x.get(1)));
    REDUCTIONS.put("reduce_sum/1", x -> x.reduceSum(false, 1));
    REDUCTIONS.put("reduce_prod/1", x -> x.reduceProd(false, 1));
    REDUCTIONS.put("reduce_max/1", x -> x.reduceMax(false, 1));
    REDUCTIONS.put("reduce_min/1", x -> x.reduceMin(false, 1));
    REDUCTIONS.put("halyard.mean/1", x -> x.mean(false, 1));
    REDUCTIONS.put("halyard.softmax/1", x -> x.softmax(1).reduceMax(false, 1));
  }

  private SpecialChecks() {}

  static void addTo(List<Check> checks) {
    for (DType dtype : DTYPES) {
      String name = dtype.toString();
      EXACT.forEach(
          (op, operation) ->
              checks.add(
                  Check.of("N-403", "", trial -> exact(trial, dtype, op, operation))
                      .about(op, name)));
      for (DType to : DTYPES) {
        if (to != dtype) {
          checks.add(
              Check.of(
                      "N-403",
                      "to " + to,
                      trial -> exact(trial, dtype, "cast/1", x -> x.getFirst().cast(to)))
                  .about("cast/1", name));
        }
      }
      ARITHMETIC.forEach(
          (op, operation) ->
              checks.add(
                  Check.of("N-404", "grid", trial -> grid(trial, dtype, op, operation))
                      .about(op, name)));
      REDUCTIONS.forEach(
          (op, operation) ->
              checks.add(
                  Check.of("N-404", "a NaN in a row", trial -> nanReaches(trial, dtype, operation))
                      .about(op, name)));
      checks.add(
          Check.of("N-404", "a NaN or Inf in a factor", trial -> dotOfSpecials(trial, dtype))
              .about("matmul/1", name));
      checks.add(
          Check.of("N-405", "products", trial -> denormalProducts(trial, dtype))
              .about("mul/1", name));
      checks.add(
          Check.of("N-405", "sums", trial -> denormalSums(trial, dtype)).about("add/1", name));
      checks.add(
          Check.of("N-405", "dot products", trial -> denormalDots(trial, dtype))
              .about("matmul/1", name));
    }
  }

  private static boolean flushes(Trial trial) {
    return "flushed".equals(trial.subject().descriptor().properties().get("denormals"));
  }

  private static void exact(Trial trial, DType dtype, String op, FunctionCase.Operation operation) {
    SplittableRandom random = trial.random();
    Tensor x = Patterns.stratified(dtype, COUNT, random);
    Tensor y = Patterns.stratified(dtype, COUNT, random);
    for (int i = 0; i < COUNT; i += 5) {
      y.setDouble(i, x.getDouble(i));
    }
    boolean binary = "min max eq ne lt le gt ge".contains(op.substring(0, op.indexOf('/')));
    check(trial, FunctionCase.of(op, operation, binary ? List.of(x, y) : List.of(x)));
  }

  /** Every special value with every other. */
  private static void grid(Trial trial, DType dtype, String op, FunctionCase.Operation operation) {
    double[] values = Patterns.special();
    int n = values.length;
    Tensor x = TensorArena.ofAuto().allocate(dtype, (long) n * n);
    Tensor y = TensorArena.ofAuto().allocate(dtype, (long) n * n);
    for (int i = 0; i < n * n; i++) {
      x.setDouble(i, values[i / n]);
      y.setDouble(i, values[i % n]);
    }
    check(trial, FunctionCase.of(op, operation, List.of(x, y)));
  }

  /** One rounding at most, so there is one right answer; the sign of zero included. */
  private static void check(Trial trial, FunctionCase tested) {
    Tensor found = run(trial, tested.test().graph(), tested.test().inputs());
    Tensor wanted = TensorArena.ofAuto().allocate(found.dtype(), found.shape());
    boolean flushes = flushes(trial);
    ErrorStats stats = new ErrorStats();
    for (int i = 0; i < tested.exact().length; i++) {
      int at = i;
      wanted.setDouble(i, tested.exact()[i]);
      if (!flushes || !isTiny(tested, i)) {
        stats.addExact(found.getDouble(i), wanted.getDouble(i), () -> tested.place(at));
      }
    }
    stats.settle(trial, tested.test().name());
  }

  private static boolean isTiny(FunctionCase tested, int i) {
    boolean tiny = isTiny(tested.exact()[i]);
    for (double[] operand : tested.operands()) {
      tiny |= isTiny(operand[i]);
    }
    return tiny;
  }

  private static boolean isTiny(double value) {
    return value != 0 && Math.abs(value) < 0x1p-14;
  }

  private static void nanReaches(Trial trial, DType dtype, UnaryOperator<Value> reduction) {
    SplittableRandom random = trial.random();
    Tensor x = TensorArena.ofAuto().allocate(dtype, ROW + 1, ROW);
    for (int i = 0; i < x.elements(); i++) {
      x.setDouble(i, 0.5 + random.nextDouble());
    }
    // A NaN at every place in turn; the last row has none.
    for (int row = 0; row < ROW; row++) {
      x.setDouble((long) row * ROW + row, Double.NaN);
    }
    Graph graph =
        Graph.of("rows", g -> g.output("y", reduction.apply(g.input("x", dtype, ROW + 1, ROW))));
    Tensor found = run(trial, graph, Map.of("x", x));
    for (int row = 0; row <= ROW; row++) {
      if (Double.isNaN(found.getDouble(row)) != (row < ROW)) {
        throw new AssertionError(
            row < ROW
                ? "the NaN at ["
                    + row
                    + ", "
                    + row
                    + "] is lost: the row's result is "
                    + found.getDouble(row)
                : "a row without NaN gives NaN");
      }
    }
    trial.record("elements", ROW + 1);
  }

  private static void dotOfSpecials(Trial trial, DType dtype) {
    int n = 35;
    double[][] factors = {
      {Double.NaN, 1},
      {Double.POSITIVE_INFINITY, 0},
      {Double.POSITIVE_INFINITY, 2},
      {Double.NEGATIVE_INFINITY, 3},
      {Double.NaN, 0}
    };
    Tensor a = TensorArena.ofAuto().allocate(dtype, factors.length, n);
    Tensor b = TensorArena.ofAuto().allocate(dtype, n, factors.length);
    for (int i = 0; i < factors.length; i++) {
      for (int k = 0; k < n; k++) {
        a.setDouble((long) i * n + k, k == 7 * i ? factors[i][0] : 1);
        b.setDouble((long) k * factors.length + i, k == 7 * i ? factors[i][1] : 0.5);
      }
    }
    Graph graph =
        Graph.of(
            "specials",
            g ->
                g.output(
                    "y",
                    g.input("a", dtype, factors.length, n)
                        .matmul(g.input("b", dtype, n, factors.length))));
    Tensor found = run(trial, graph, Map.of("a", a, "b", b));
    ErrorStats stats = new ErrorStats();
    for (int i = 0; i < factors.length; i++) {
      double wanted = factors[i][0] * factors[i][1];
      int at = i;
      stats.addExact(
          found.getDouble((long) i * factors.length + i),
          wanted,
          () -> "row " + at + " with " + factors[at][0] + " * " + factors[at][1]);
    }
    stats.settle(trial, "a special factor among ordinary ones");
  }

  private static void requireDenormals(Trial trial) {
    if (flushes(trial)) {
      throw new NotClaimed("the descriptor says that denormals are flushed");
    }
  }

  private static void denormalProducts(Trial trial, DType dtype) {
    requireDenormals(trial);
    Tensor x = denormals(dtype);
    Tensor y = TensorArena.ofAuto().allocate(dtype, x.elements());
    for (long i = 0; i < y.elements(); i++) {
      y.setDouble(i, i % 3 == 0 ? 1 : i % 3 == 1 ? -2 : 0.5);
    }
    check(trial, FunctionCase.of("x * y", v -> v.get(0).mul(v.get(1)), List.of(x, y)));
  }

  private static void denormalSums(Trial trial, DType dtype) {
    requireDenormals(trial);
    Tensor x = denormals(dtype);
    Tensor y = TensorArena.ofAuto().allocate(dtype, x.elements());
    for (long i = 0; i < y.elements(); i++) {
      y.setDouble(i, i % 2 == 0 ? 0 : FloatType.of(dtype).minNormal());
    }
    check(trial, FunctionCase.of("x + y", v -> v.get(0).add(v.get(1)), List.of(x, y)));
  }

  /** {@return denormal numbers of both signs, from the least to the greatest} */
  private static Tensor denormals(DType dtype) {
    FloatType type = FloatType.of(dtype);
    double least = type.ulp(0);
    int count = 1 << Math.min(10, type.fractionBits());
    double step = type.minNormal() / least / count;
    Tensor x = TensorArena.ofAuto().allocate(dtype, count);
    for (int i = 0; i < count; i++) {
      double value = Math.floor(Math.max(1, i * step)) * least;
      x.setDouble(i, i % 2 == 0 ? value : -value);
    }
    return x;
  }

  /** Rows with a single one: each result is an element of the other matrix. */
  private static void denormalDots(Trial trial, DType dtype) {
    requireDenormals(trial);
    Tensor b = denormals(dtype);
    int columns = 16;
    int k = (int) b.elements() / columns;
    Tensor a = TensorArena.ofAuto().allocate(dtype, k, k);
    for (int i = 0; i < k; i++) {
      a.setDouble((long) i * k + i, 1);
    }
    Graph graph =
        Graph.of(
            "one-hot",
            g -> g.output("y", g.input("a", dtype, k, k).matmul(g.input("b", dtype, k, columns))));
    Tensor matrix = TensorArena.ofAuto().allocate(dtype, k, columns).copyFrom(b.segment());
    Tensor found = run(trial, graph, Map.of("a", a, "b", matrix));
    ErrorStats stats = new ErrorStats();
    for (int i = 0; i < k * columns; i++) {
      int at = i;
      stats.addExact(found.getDouble(i), b.getDouble(i), () -> DotCase.place(found, at));
    }
    stats.settle(trial, "one-hot rows times denormals");
  }

  private static Tensor run(Trial trial, Graph graph, Map<String, Tensor> inputs) {
    return DotCase.output(trial.subject().run(graph, inputs));
  }
}
