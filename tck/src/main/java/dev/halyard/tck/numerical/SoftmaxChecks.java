package dev.halyard.tck.numerical;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.Trial;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/** Softmax and log-softmax (N-501). */
final class SoftmaxChecks {
  private static final int ROWS = 12;
  private static final double F32_UNIT = 0x1p-24;

  private SoftmaxChecks() {}

  static void addTo(List<Check> checks) {
    for (DType dtype : List.of(DType.F32, DType.F16, DType.BF16)) {
      for (int n : new int[] {1, 2, 7, 64, 1000}) {
        checks.add(
            Check.of("N-501", "n=" + n, trial -> softmax(trial, dtype, n))
                .about("halyard.softmax/1", dtype.toString()));
        checks.add(
            Check.of("N-501", "n=" + n, trial -> logSoftmax(trial, dtype, n))
                .about("halyard.log_softmax/1", dtype.toString()));
      }
    }
  }

  /** Ordinary rows, rows of +-88, equal rows, rows masked by -Inf in part and in whole. */
  private static Tensor rows(Trial trial, DType dtype, int n) {
    SplittableRandom random = trial.random();
    Tensor x = TensorArena.ofAuto().allocate(dtype, ROWS, n);
    for (int row = 0; row < ROWS; row++) {
      for (int i = 0; i < n; i++) {
        double value =
            switch (row % 6) {
              case 0 -> random.nextDouble(-3, 3);
              case 1 -> random.nextBoolean() ? 88 : -88;
              case 2 -> 7.5;
              case 3 -> random.nextInt(3) == 0 ? Double.NEGATIVE_INFINITY : random.nextDouble();
              case 4 -> random.nextDouble(-80, 80);
              default -> row == 5 ? Double.NEGATIVE_INFINITY : -1000 - random.nextDouble();
            };
        x.setDouble((long) row * n + i, value);
      }
    }
    return x;
  }

  private static Tensor run(Trial trial, Tensor x, UnaryOperator<Value> operation) {
    Graph graph =
        Graph.of("rows", g -> g.output("y", operation.apply(g.input("x", x.dtype(), x.shape()))));
    return DotCase.output(trial.subject().run(graph, Map.of("x", x)));
  }

  private static void softmax(Trial trial, DType dtype, int n) {
    Tensor x = rows(trial, dtype, n);
    Tensor found = run(trial, x, value -> value.softmax(-1));
    ErrorStats stats = new ErrorStats();
    FloatType type = FloatType.of(dtype);
    for (int row = 0; row < ROWS; row++) {
      Row exact = Row.of(x, row, n);
      for (int i = 0; i < n; i++) {
        double wanted = Math.exp(exact.distance(i)) / exact.sum;
        double bound = wanted * exact.relative(n) + type.minNormal() + type.ulp(wanted) / 2;
        int at = row * n + i;
        stats.add(found.getDouble(at), wanted, bound, () -> DotCase.place(found, at));
      }
    }
    stats.settle(trial, "softmax over " + n);
  }

  /** The logarithm of the sum has the sum's relative error as its absolute one. */
  private static void logSoftmax(Trial trial, DType dtype, int n) {
    Tensor x = rows(trial, dtype, n);
    Tensor found = run(trial, x, value -> value.logSoftmax(-1));
    ErrorStats stats = new ErrorStats();
    FloatType type = FloatType.of(dtype);
    for (int row = 0; row < ROWS; row++) {
      Row exact = Row.of(x, row, n);
      for (int i = 0; i < n; i++) {
        double wanted = exact.distance(i) - Math.log(exact.sum);
        double computed = 4 * FloatType.of(DType.F32).ulp(exact.distance(i));
        double bound = exact.relative(n) + computed + type.ulp(wanted);
        int at = row * n + i;
        stats.add(found.getDouble(at), wanted, bound, () -> DotCase.place(found, at));
      }
    }
    stats.settle(trial, "log-softmax over " + n);
  }

  /** One row in double precision: its greatest element, and the sum of e^(x - max). */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Row(double[] values, double max, double sum, double farthest) {
    static Row of(Tensor x, int row, int n) {
      double[] values = new double[n];
      double max = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < n; i++) {
        values[i] = x.getDouble((long) row * n + i);
        max = Math.max(max, values[i]);
      }
      double sum = 0;
      double farthest = 0;
      for (double value : values) {
        sum += Math.exp(value - max);
        farthest = Double.isFinite(value) ? Math.max(farthest, Math.abs(value - max)) : farthest;
      }
      return new Row(values, max, sum, farthest);
    }

    double distance(int i) {
      return values[i] - max;
    }

    /** The rule's u (2 max|x - m| + n + 17). */
    double relative(int n) {
      return F32_UNIT * (2 * farthest + n + 17);
    }
  }
}
