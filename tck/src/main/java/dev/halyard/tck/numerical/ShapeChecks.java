package dev.halyard.tck.numerical;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Kernel;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.Patience;
import dev.halyard.tck.check.Trial;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Odd extents (N-801), negative strides (N-802) and operands that are one tensor (N-803). */
final class ShapeChecks {
  /** On both sides of the tiles that kernels like. */
  private static final int[] EXTENTS = {1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65};

  private ShapeChecks() {}

  static void addTo(List<Check> checks) {
    for (DType dtype : List.of(DType.F32, DType.F16, DType.BF16)) {
      String name = dtype.toString();
      checks.add(Check.of("N-801", "tiles", trial -> tiles(trial, dtype)).about("matmul/1", name));
      for (int k : new int[] {0, 1, 2, 4099, 65538}) {
        checks.add(
            Check.of("N-801", "K=" + k, trial -> matmul(trial, dtype, 3, k, 5))
                .about("matmul/1", name));
      }
      checks.add(Check.of("N-801", "empty", trial -> empty(trial, dtype)).about("matmul/1", name));
      checks.add(
          Check.of("N-801", "elementwise lengths", trial -> lengths(trial, dtype))
              .about("add/1", name));
      checks.add(Check.of("N-801", "rank 0", trial -> rankZero(trial, dtype)).about("add/1", name));
      checks.add(
          Check.of("N-802", "backwards", trial -> backwards(trial, dtype)).about("slice/1", name));
      checks.add(
          Check.of("N-803", "twice", trial -> sameOperand(trial, dtype)).about("sub/1", name));
    }
  }

  private static void matmul(Trial trial, DType dtype, int m, int k, int n) {
    ErrorStats stats = new ErrorStats();
    compare(trial, dtype, m, k, n, stats);
    stats.settle(trial, m + "x" + k + "x" + n);
  }

  private static void compare(Trial trial, DType dtype, int m, int k, int n, ErrorStats stats) {
    SplittableRandom random = trial.random();
    DotCase dots =
        DotCase.matmul(
            dtype,
            dtype,
            1,
            m,
            k,
            n,
            false,
            (left, at) -> (2 * random.nextDouble() - 1) / Math.sqrt(Math.max(1, k)));
    Tensor found = DotCase.output(trial.subject().run(dots.test().graph(), dots.test().inputs()));
    DotRule rule = new DotRule(dtype, Math.max(1, k));
    for (int i = 0; i < dots.exact().length; i++) {
      int at = i;
      stats.add(
          found.getDouble(i),
          dots.exact()[i],
          rule.bound(dots.magnitudes()[i]),
          () -> dots.test() + " " + DotCase.place(found, at));
    }
  }

  /** Every extent with others drawn from the list; all triples would take too long. */
  private static void tiles(Trial trial, DType dtype) {
    SplittableRandom random = trial.random();
    ErrorStats stats = new ErrorStats();
    Patience patience = NumericalChecks.patience(trial, 2, 12);
    for (int round = 0; patience.lasts(round); round++) {
      for (int extent : EXTENTS) {
        compare(trial, dtype, extent, any(random), any(random), stats);
        compare(trial, dtype, any(random), extent, any(random), stats);
        compare(trial, dtype, any(random), any(random), extent, stats);
      }
    }
    stats.settle(trial, "matmul near tiles");
  }

  private static int any(SplittableRandom random) {
    return EXTENTS[random.nextInt(EXTENTS.length)];
  }

  private static void empty(Trial trial, DType dtype) {
    Graph graph =
        Graph.of(
            "empty",
            g -> {
              Value a = g.input("a", dtype, 0, 7);
              g.output("y", a.matmul(g.input("b", dtype, 7, 3)).add(1).exp());
            });
    Map<String, Tensor> inputs =
        Map.of(
            "a", TensorArena.ofAuto().allocate(dtype, 0, 7),
            "b", TensorArena.ofAuto().allocate(dtype, 7, 3));
    Tensor found = DotCase.output(trial.subject().run(graph, inputs));
    if (found.elements() != 0 || found.shape()[1] != 3) {
      throw new AssertionError("an empty result should be [0, 3], is " + found);
    }
  }

  private static void lengths(Trial trial, DType dtype) {
    ErrorStats stats = new ErrorStats();
    for (int length : EXTENTS) {
      check(trial, dtype, stats, length);
      check(trial, dtype, stats, 3, length);
    }
    stats.settle(trial, "x + x * 0.5");
  }

  private static void rankZero(Trial trial, DType dtype) {
    ErrorStats stats = new ErrorStats();
    check(trial, dtype, stats);
    stats.settle(trial, "x + x * 0.5 of a scalar");
  }

  /** Small integers, of which x + x / 2 is exact in every float type. */
  private static void check(Trial trial, DType dtype, ErrorStats stats, long... shape) {
    Tensor x = integers(trial, dtype, shape);
    Graph graph =
        Graph.of(
            "chain",
            g -> {
              Value in = g.input("x", dtype, shape);
              g.output("y", in.add(in.mul(0.5)));
            });
    Tensor found = DotCase.output(trial.subject().run(graph, Map.of("x", x)));
    for (int i = 0; i < x.elements(); i++) {
      int at = i;
      stats.add(found.getDouble(i), x.getDouble(i) * 1.5, 0, () -> DotCase.place(found, at));
    }
  }

  private static Tensor integers(Trial trial, DType dtype, long... shape) {
    SplittableRandom random = trial.random();
    Tensor x = TensorArena.ofAuto().allocate(dtype, shape);
    for (long i = 0; i < x.elements(); i++) {
      x.setDouble(i, random.nextInt(-20, 21));
    }
    return x;
  }

  private static void backwards(Trial trial, DType dtype) {
    int rows = 9;
    int columns = 13;
    Tensor x = integers(trial, dtype, rows, columns);
    Graph graph =
        Graph.of(
            "backwards",
            g ->
                g.output(
                    "y",
                    g.input("x", dtype, rows, columns)
                        .slice(Shape.of(rows - 1, columns - 1), Shape.of(5, 4), -2, -4)
                        .neg()));
    Tensor found = DotCase.output(trial.subject().run(graph, Map.of("x", x)));
    ErrorStats stats = new ErrorStats();
    for (int i = 0; i < found.elements(); i++) {
      int at = i;
      int from = (rows - 1 - 2 * (i / 4)) * columns + columns - 1 - 4 * (i % 4);
      stats.add(found.getDouble(i), -x.getDouble(from), 0, () -> DotCase.place(found, at));
    }
    stats.settle(trial, "a slice with strides -2 and -4");
  }

  private static void sameOperand(Trial trial, DType dtype) {
    int n = 7;
    Tensor x = integers(trial, dtype, n, n);
    Graph graph =
        Graph.of(
            "square",
            g -> g.output("y", g.input("a", dtype, n, n).sub(g.input("b", dtype, n, n).mul(3))));
    try (Kernel kernel = trial.subject().compile(graph);
        TensorArena arena = kernel.openArena()) {
      Tensor both = arena.allocate(dtype, n, n).copyFrom(x.segment());
      Tensor y = kernel.allocateOutput(arena, "y");
      try (var run = kernel.bind().input("a", both).input("b", both).output("y", y).prepare()) {
        run.execute();
      }
      ErrorStats stats = new ErrorStats();
      for (int i = 0; i < n * n; i++) {
        int at = i;
        stats.add(y.getDouble(i), -2 * x.getDouble(i), 0, () -> DotCase.place(y, at));
      }
      stats.settle(trial, "a - 3b where a and b are one tensor");
    }
  }
}
