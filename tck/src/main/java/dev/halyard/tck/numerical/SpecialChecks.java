package dev.halyard.tck.numerical;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.spi.Attributes;
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
  private static final Map<String, FunctionCase.Operation> INEXACT = new LinkedHashMap<>();
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
    INEXACT.put("div/1", x -> x.get(0).div(x.get(1)));
    INEXACT.put("pow/1", x -> x.get(0).pow(x.get(1)));
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
      INEXACT.forEach(
          (op, operation) ->
              checks.add(
                  Check.of("N-404", "grid", trial -> inexactGrid(trial, dtype, op, operation))
                      .about(op, name)));
      REDUCTIONS.forEach(
          (op, operation) ->
              checks.add(
                  Check.of("N-404", "a NaN in a row", trial -> nanReaches(trial, dtype, operation))
                      .about(op, name)));
      checks.add(
          Check.of("N-404", "a NaN in a row", trial -> nanIsGreatest(trial, dtype))
              .about("argmax/1", name));
      checks.add(
          Check.of("N-404", "a NaN in a window", trial -> nanReachesWindows(trial, dtype))
              .about("window_max/1", name));
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

  private static void grid(Trial trial, DType dtype, String op, FunctionCase.Operation operation) {
    check(trial, FunctionCase.of(op, operation, Patterns.specialPairs(dtype)));
  }

  /** Functions are within their bound, and give the very zeros, infinities and NaN of specials. */
  private static void inexactGrid(
      Trial trial, DType dtype, String op, FunctionCase.Operation operation) {
    FunctionCase tested = FunctionCase.of(op, operation, Patterns.specialPairs(dtype));
    Tensor found = run(trial, tested.test().graph(), tested.test().inputs());
    ErrorStats stats = new ErrorStats();
    FunctionChecks.compare(
        Denormals.of(trial),
        tested,
        found,
        stats,
        (exact, at) -> FunctionChecks.bound(dtype, op, exact));
    double[] vanished = tested.exact(Denormals.of(trial));
    for (int i = 0; i < tested.exact().length; i++) {
      int at = i;
      double exact = tested.exact()[i];
      boolean certain = Double.compare(exact, vanished[i]) == 0;
      if (certain
          && isSpecial(exact)
          && tested.operands().stream().anyMatch(x -> isSpecial(x[at]))) {
        stats.addExact(found.getDouble(i), exact, () -> tested.place(at));
      }
    }
    stats.settle(trial, op);
  }

  private static boolean isSpecial(double value) {
    return value == 0 || !Double.isFinite(value);
  }

  /** One rounding at most, so there is one right answer; the sign of zero included. */
  private static void check(Trial trial, FunctionCase tested) {
    Tensor found = run(trial, tested.test().graph(), tested.test().inputs());
    Denormals denormals = Denormals.of(trial);
    double[] wanted = rounded(found, tested.exact());
    double[] vanished = rounded(found, tested.exact(denormals));
    ErrorStats stats = new ErrorStats();
    for (int i = 0; i < wanted.length; i++) {
      int at = i;
      double value = found.getDouble(i);
      boolean zero = value == 0 && mayVanish(denormals, found, tested.exact()[i]);
      boolean right = zero || Double.compare(value, vanished[i]) == 0;
      stats.addExact(
          value, denormals.flushed() && right ? value : wanted[i], () -> tested.place(at));
    }
    stats.settle(trial, tested.test().name());
  }

  private static double[] rounded(Tensor like, double[] exact) {
    Tensor rounded = TensorArena.ofAuto().allocate(like.dtype(), like.shape());
    for (int i = 0; i < exact.length; i++) {
      rounded.setDouble(i, exact[i]);
    }
    return rounded.toDoubles();
  }

  private static boolean mayVanish(Denormals denormals, Tensor found, double exact) {
    return found.dtype().isFloat() && denormals.mayVanish(FloatType.of(found.dtype()), exact);
  }

  /** {@return rows of everyday numbers with a NaN at every place in turn; the last has none} */
  private static Tensor rowsWithNan(Trial trial, DType dtype) {
    SplittableRandom random = trial.random();
    Tensor x = TensorArena.ofAuto().allocate(dtype, ROW + 1, ROW);
    for (int i = 0; i < x.elements(); i++) {
      x.setDouble(i, 0.5 + random.nextDouble());
    }
    for (int row = 0; row < ROW; row++) {
      x.setDouble((long) row * ROW + row, Double.NaN);
    }
    return x;
  }

  private static void nanReaches(Trial trial, DType dtype, UnaryOperator<Value> reduction) {
    Graph graph =
        Graph.of("rows", g -> g.output("y", reduction.apply(g.input("x", dtype, ROW + 1, ROW))));
    Tensor found = run(trial, graph, Map.of("x", rowsWithNan(trial, dtype)));
    for (int row = 0; row <= ROW; row++) {
      requireNan(found, row, row < ROW);
    }
    trial.record("elements", ROW + 1);
  }

  private static void requireNan(Tensor found, int index, boolean wanted) {
    double value = found.getDouble(index);
    if (Double.isNaN(value) != wanted) {
      String place = DotCase.place(found, index);
      throw new AssertionError(
          wanted
              ? "a NaN among the operands of " + place + " is lost: the result is " + value
              : "without NaN among its operands, " + place + " is NaN");
    }
  }

  private static void nanReachesWindows(Trial trial, DType dtype) {
    int window = 5;
    Attributes attributes =
        Attributes.none()
            .with("window", new long[] {1, window})
            .with("strides", new long[] {1, 1})
            .with("dilations", new long[] {1, 1})
            .with("pad_low", new long[] {0, 2})
            .with("pad_high", new long[] {0, 2});
    Graph graph =
        Graph.of(
            "windows",
            g ->
                g.output(
                    "y",
                    g.op("window_max/1", attributes, g.input("x", dtype, ROW + 1, ROW))
                        .getFirst()));
    Tensor found = run(trial, graph, Map.of("x", rowsWithNan(trial, dtype)));
    for (int i = 0; i < found.elements(); i++) {
      int row = i / ROW;
      requireNan(found, i, row < ROW && Math.abs(i % ROW - row) <= window / 2);
    }
    trial.record("elements", found.elements());
  }

  /** An infinity stands beside each NaN, which is greater. */
  private static void nanIsGreatest(Trial trial, DType dtype) {
    Tensor x = rowsWithNan(trial, dtype);
    for (int row = 0; row < ROW; row++) {
      x.setDouble((long) row * ROW + (row + 1) % ROW, Double.POSITIVE_INFINITY);
    }
    x.setDouble((long) ROW * ROW + 11, Double.POSITIVE_INFINITY);
    Graph graph =
        Graph.of("rows", g -> g.output("y", g.input("x", dtype, ROW + 1, ROW).argmax(1, false)));
    Tensor found = run(trial, graph, Map.of("x", x));
    ErrorStats stats = new ErrorStats();
    for (int row = 0; row <= ROW; row++) {
      int at = row;
      stats.addExact(found.getDouble(row), row < ROW ? row : 11, () -> "row " + at);
    }
    stats.settle(trial, "argmax of rows with a NaN");
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
    if (Denormals.of(trial).flushed()) {
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
