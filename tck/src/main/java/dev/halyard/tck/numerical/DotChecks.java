package dev.halyard.tck.numerical;

import dev.halyard.DType;
import dev.halyard.Tensor;
import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.Trial;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Dot products: the error of each (N-301), their variance (N-302) and bias (N-303). */
final class DotChecks {
  private static final List<DType> DTYPES = List.of(DType.F32, DType.F16, DType.BF16);
  private static final int[] TERMS = {1, 37, 512, 4096};
  private static final DotCase.Conv CONV = new DotCase.Conv(1, 2, 16, 6, 14, 3, 1, 1, 1, 0);
  private static final DotCase.Conv POINTWISE = new DotCase.Conv(1, 1, 64, 8, 12, 1, 1, 1, 0, 0);
  // Sums of fewer than 1000 elements say little of a variance.
  private static final int SIDE = 32;

  /** Makes a case of one dtype and data set. */
  @FunctionalInterface
  private interface Form {
    DotCase make(DType dtype, DotCase.Fill fill);
  }

  private DotChecks() {}

  static void addTo(List<Check> checks) {
    for (DType dtype : DTYPES) {
      for (DotData data : DotData.values()) {
        for (int k : TERMS) {
          boolean constant = k == 512;
          add(
              checks,
              "matmul/1",
              "K=" + k,
              dtype,
              data,
              k,
              (type, fill) -> DotCase.matmul(type, type, 1, SIDE, k, SIDE, constant, fill));
        }
        add(
            checks,
            "matmul/1",
            "batch",
            dtype,
            data,
            100,
            (type, fill) -> DotCase.matmul(type, type, 4, 15, 100, 18, false, fill));
        add(
            checks,
            "conv/1",
            "3x3 groups",
            dtype,
            data,
            CONV.terms(),
            (type, fill) -> DotCase.conv(type, type, CONV, fill));
        add(
            checks,
            "conv/1",
            "1x1",
            dtype,
            data,
            POINTWISE.terms(),
            (type, fill) -> DotCase.conv(type, type, POINTWISE, fill));
        if (data != DotData.S0 && data != DotData.S4) {
          add(
              checks,
              "reduce_sum/1",
              "inner",
              dtype,
              data,
              257,
              (type, fill) -> DotCase.sum(type, 1024, 257, true, root(fill)));
          add(
              checks,
              "reduce_sum/1",
              "outer",
              dtype,
              data,
              257,
              (type, fill) -> DotCase.sum(type, 1024, 257, false, root(fill)));
          add(
              checks,
              "window_sum/1",
              "5x5",
              dtype,
              data,
              25,
              (type, fill) -> DotCase.windowSum(type, 40, 5, root(fill)));
        }
      }
    }
  }

  /** A sum's terms are values, not products. */
  private static DotCase.Fill root(DotCase.Fill fill) {
    return (left, k) -> fill.value(true, k);
  }

  private static void add(
      List<Check> checks, String op, String form, DType dtype, DotData data, int k, Form make) {
    String name = data + " " + form;
    checks.add(
        Check.of(
                "N-301",
                name,
                trial -> eachElement(trial, dtype, draw(trial, dtype, data, k, make)))
            .about(op, dtype.toString()));
    if (data.showsVariance()) {
      checks.add(
          Check.of(
                  "N-302", name, trial -> variance(trial, dtype, draw(trial, dtype, data, k, make)))
              .about(op, dtype.toString()));
    }
    if (data.showsBias()) {
      checks.add(
          Check.of("N-303", name, trial -> bias(trial, dtype, draw(trial, dtype, data, k, make)))
              .about(op, dtype.toString()));
    }
  }

  private static DotCase draw(Trial trial, DType dtype, DotData data, int k, Form form) {
    SplittableRandom random = trial.random();
    return form.make(dtype, (left, at) -> data.value(left, at, k, dtype, random));
  }

  private static void eachElement(Trial trial, DType dtype, DotCase dots) {
    Tensor found = run(trial, dots);
    DotRule rule = new DotRule(dtype, dots.terms());
    ErrorStats stats = new ErrorStats();
    for (int i = 0; i < dots.exact().length; i++) {
      int at = i;
      stats.add(
          found.getDouble(i),
          dots.exact()[i],
          rule.bound(dots.magnitudes()[i]),
          () -> DotCase.place(found, at));
    }
    stats.settle(trial, dots.test().name());
  }

  private static void variance(Trial trial, DType dtype, DotCase dots) {
    double[] errors = errors(dtype, dots, run(trial, dots));
    double limit = new DotRule(dtype, dots.terms()).variance(trial.settings().tight());
    DotStatistics statistics = DotStatistics.of(errors);
    trial.record("elements", statistics.count());
    trial.record("errorOverBound", statistics.meanSquare() / limit);
    if (!(statistics.meanSquare() <= limit)) {
      throw new AssertionError(
          dots.test().name()
              + ": the mean square of the errors is "
              + statistics.meanSquare()
              + " in units of the rule, may be at most "
              + limit);
    }
  }

  private static void bias(Trial trial, DType dtype, DotCase dots) {
    double[] errors = errors(dtype, dots, run(trial, dots));
    double variance = new DotRule(dtype, dots.terms()).variance(trial.settings().tight());
    DotStatistics statistics = DotStatistics.of(errors);
    double limit = Math.sqrt(10 * variance * statistics.count());
    trial.record("elements", statistics.count());
    trial.record("errorOverBound", Math.abs(statistics.sum()) / limit);
    if (!(Math.abs(statistics.sum()) <= limit)) {
      throw new AssertionError(
          dots.test().name()
              + ": the errors sum to "
              + statistics.sum()
              + " in units of the rule, may be at most "
              + limit
              + " from 0: they have a bias");
    }
  }

  /** {@return errors in units of the rule, of those elements that the rule asks something of} */
  static double[] errors(DType dtype, DotCase dots, Tensor found) {
    DotRule rule = new DotRule(dtype, dots.terms());
    double[] errors = new double[dots.exact().length];
    int count = 0;
    for (int i = 0; i < errors.length; i++) {
      double unit = rule.unit(dots.magnitudes()[i]);
      if (dots.magnitudes()[i] > 0 && !Double.isNaN(unit)) {
        errors[count++] = (found.getDouble(i) - dots.exact()[i]) / unit;
      }
    }
    if (count == 0) {
      throw new AssertionError("nothing was compared, which is a fault of the kit");
    }
    return Arrays.copyOf(errors, count);
  }

  private static Tensor run(Trial trial, DotCase dots) {
    Map<String, Tensor> outputs = trial.subject().run(dots.test().graph(), dots.test().inputs());
    return DotCase.output(outputs);
  }

  /** The sum and the mean square of errors. */
  record DotStatistics(int count, double sum, double meanSquare) {
    static DotStatistics of(double[] errors) {
      double sum = 0;
      double squares = 0;
      for (double error : errors) {
        sum += error;
        squares += error * error;
      }
      return new DotStatistics(errors.length, sum, squares / errors.length);
    }
  }
}
