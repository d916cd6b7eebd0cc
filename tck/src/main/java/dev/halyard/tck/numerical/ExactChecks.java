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
import java.util.function.DoubleUnaryOperator;

/** What has one right answer in every order of summation (N-201 to N-204). */
final class ExactChecks {
  private static final List<DType> FLOATS = List.of(DType.F32, DType.F64, DType.F16, DType.BF16);
  private static final int[] TERMS = {1, 2, 7, 16, 63, 100};
  private static final int SIDE = 19;

  private ExactChecks() {}

  static void addTo(List<Check> checks) {
    FLOATS.forEach(dtype -> small(checks, dtype));
    wide(checks, DType.F32, DType.F32, 4095, new int[] {37, 512, 4096});
    wide(checks, DType.F16, DType.F32, 2047, new int[] {37, 512, 4096});
    wide(checks, DType.BF16, DType.F32, 255, new int[] {37, 512, 4096});
    wide(checks, DType.F16, DType.F16, 63, new int[] {1, 7, 32});
    wide(checks, DType.BF16, DType.BF16, 15, new int[] {1, 7, 16});
    integers(checks, DType.I8, DType.I32, 127);
    integers(checks, DType.U8, DType.I32, 255);
    integers(checks, DType.I16, DType.I32, 32767);
    integers(checks, DType.I16, DType.I64, 32767);
    integers(checks, DType.I32, DType.I32, Integer.MAX_VALUE);
    integers(checks, DType.I64, DType.I64, Integer.MAX_VALUE);
    for (DType to : List.of(DType.I8, DType.U8, DType.I16)) {
      for (String rounding : List.of("HALF_EVEN", "HALF_UP")) {
        checks.add(
            Check.of("N-204", "ties " + rounding, trial -> quantizesTies(trial, to, rounding))
                .about("quantize/1", to.toString()));
      }
    }
  }

  /** The greatest integer below which all are numbers of the type. */
  private static long limit(DType dtype) {
    return switch (dtype.name()) {
      case "F16" -> 1 << 11;
      case "BF16" -> 1 << 8;
      default -> 1 << 24;
    };
  }

  private static void small(List<Check> checks, DType dtype) {
    for (int k : TERMS) {
      int greatest = (int) Math.min(4, Math.sqrt((double) limit(dtype) / k));
      if (greatest >= 1) {
        add(
            checks,
            "N-201",
            "K=" + k,
            "matmul/1",
            dtype,
            greatest,
            fill -> DotCase.matmul(dtype, dtype, 2, SIDE, k, SIDE, false, fill));
      }
    }
    add(
        checks,
        "N-201",
        "window",
        "window_sum/1",
        dtype,
        3,
        fill -> DotCase.windowSum(dtype, 20, 3, (left, k) -> fill.value(true, k)));
    add(
        checks,
        "N-201",
        "inner",
        "reduce_sum/1",
        dtype,
        3,
        fill -> DotCase.sum(dtype, SIDE, 61, true, fill));
    add(
        checks,
        "N-201",
        "outer",
        "reduce_sum/1",
        dtype,
        3,
        fill -> DotCase.sum(dtype, SIDE, 61, false, fill));
    DotCase.Conv[] windows = {
      new DotCase.Conv(2, 1, 3, 4, 11, 3, 1, 1, 1, 1),
      new DotCase.Conv(1, 2, 2, 3, 12, 3, 2, 1, 0, 2),
      new DotCase.Conv(1, 3, 1, 1, 13, 2, 3, 2, 1, 0),
      new DotCase.Conv(1, 1, 4, 5, 9, 1, 1, 1, 0, 0),
      new DotCase.Conv(1, 8, 1, 1, 10, 3, 1, 2, 2, 2),
      new DotCase.Conv(1, 1, 2, 2, 8, 2, 4, 1, 3, 1)
    };
    for (DotCase.Conv window : windows) {
      int greatest = (int) Math.min(3, Math.sqrt((double) limit(dtype) / window.terms()));
      add(
          checks,
          "N-802",
          window.toString(),
          "conv/1",
          dtype,
          greatest,
          fill -> DotCase.conv(dtype, dtype, window, fill));
    }
  }

  /** Makes dot products from a source of values. */
  @FunctionalInterface
  private interface Form {
    DotCase make(DotCase.Fill fill);
  }

  private static void add(
      List<Check> checks,
      String rule,
      String name,
      String op,
      DType dtype,
      int greatest,
      Form form) {
    checks.add(
        Check.of(
                rule,
                name,
                trial -> {
                  SplittableRandom random = trial.random();
                  exact(
                      trial,
                      form.make((left, k) -> random.nextInt(-greatest, greatest + 1)),
                      value -> value);
                })
            .about(op, dtype.toString()));
  }

  private static void wide(List<Check> checks, DType dtype, DType to, int greatest, int[] terms) {
    for (int k : terms) {
      checks.add(
          Check.of(
                  "N-202",
                  "to " + to + " K=" + k,
                  trial -> {
                    SplittableRandom random = trial.random();
                    exact(
                        trial,
                        DotCase.matmul(
                            dtype,
                            to,
                            1,
                            40,
                            k,
                            48,
                            k == 512,
                            (left, at) -> left ? odd(random, greatest) : random.nextInt(-1, 2)),
                        value -> value);
                  })
              .about("matmul/1", dtype.toString()));
    }
  }

  private static int odd(SplittableRandom random, int greatest) {
    int value = 2 * random.nextInt((greatest + 1) / 2) + 1;
    return random.nextBoolean() ? value : -value;
  }

  private static void integers(List<Check> checks, DType dtype, DType to, long greatest) {
    // Sums in double precision are exact below 2^53.
    long factor = Math.min(greatest, 1L << 22);
    long least = dtype == DType.U8 ? 0 : -factor;
    checks.add(
        Check.of(
                "N-203",
                "to " + to,
                trial -> {
                  SplittableRandom random = trial.random();
                  exact(
                      trial,
                      DotCase.matmul(
                          dtype,
                          to,
                          1,
                          SIDE,
                          300,
                          SIDE,
                          false,
                          (left, k) -> random.nextLong(least, factor + 1)),
                      value -> to == DType.I32 ? (int) (long) value : value);
                })
            .about("matmul/1", dtype.toString()));
  }

  private static void exact(Trial trial, DotCase dots, DoubleUnaryOperator wrapped) {
    Tensor found = DotCase.output(trial.subject().run(dots.test().graph(), dots.test().inputs()));
    ErrorStats stats = new ErrorStats();
    for (int i = 0; i < dots.exact().length; i++) {
      int at = i;
      double wanted = wrapped.applyAsDouble(dots.exact()[i]);
      stats.add(found.getDouble(i), wanted, 0, () -> DotCase.place(found, at));
    }
    stats.settle(trial, dots.test().name());
  }

  /** Multiples of half a step, each a tie or an integer, and values far outside the type. */
  private static void quantizesTies(Trial trial, DType to, String rounding) {
    double scale = 0.25;
    int zero = to == DType.U8 ? 128 : -3;
    int count = 1200;
    Tensor x = TensorArena.ofAuto().allocate(DType.F32, count);
    for (int i = 0; i < count; i++) {
      x.setDouble(i, (i - count / 2) * 0.5 * scale);
    }
    x.setDouble(0, 1e30);
    x.setDouble(1, -1e30);
    Tensor point = TensorArena.ofAuto().allocate(to);
    point.setLong(0, zero);
    Graph graph =
        Graph.of(
            "quantize",
            g -> {
              Value in = g.input("x", DType.F32, count);
              g.output(
                  "y", in.quantize(g.scalar(DType.F32, scale), g.constant(point), 0, rounding));
            });
    Tensor found = DotCase.output(trial.subject().run(graph, Map.of("x", x)));
    ErrorStats stats = new ErrorStats();
    for (int i = 0; i < count; i++) {
      int at = i;
      double value = x.getDouble(i) / scale;
      double rounded = rounding.equals("HALF_UP") ? Math.floor(value + 0.5) : Math.rint(value);
      double wanted = Math.clamp(rounded + zero, least(to), greatest(to));
      stats.add(found.getDouble(i), wanted, 0, () -> "[" + at + "] of " + value + " steps");
    }
    stats.settle(trial, "quantize " + rounding);
  }

  private static double least(DType dtype) {
    return switch (dtype.name()) {
      case "I8" -> Byte.MIN_VALUE;
      case "I16" -> Short.MIN_VALUE;
      default -> 0;
    };
  }

  private static double greatest(DType dtype) {
    return switch (dtype.name()) {
      case "I8" -> Byte.MAX_VALUE;
      case "I16" -> Short.MAX_VALUE;
      default -> 255;
    };
  }
}
