package dev.halyard.tck.numerical;

import dev.halyard.DType;
import dev.halyard.Tensor;
import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.Trial;
import java.util.List;
import java.util.SplittableRandom;

/** What has one right answer in every order of summation in floats (N-201, N-202). */
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
    wideOthers(checks, DType.F32, DType.F32, 4095, 64, 4096);
    wideOthers(checks, DType.F16, DType.F32, 2047, 64, 32);
    wideOthers(checks, DType.BF16, DType.F32, 255, 64, 16);
    wideOthers(checks, DType.F16, DType.F16, 63, 3, 32);
    wideOthers(checks, DType.BF16, DType.BF16, 15, 1, 16);
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
                  exact(trial, form.make((left, k) -> random.nextInt(-greatest, greatest + 1)));
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
                            dtype, to, 1, 40, k, 48, k == 512, wideFill(random, greatest)));
                  })
              .about("matmul/1", dtype.toString()));
    }
  }

  private static DotCase.Fill wideFill(SplittableRandom random, int greatest) {
    return (left, at) -> left ? odd(random, greatest) : random.nextInt(-1, 2);
  }

  /** Convolutions, and where the result has the operand's dtype, sums and window sums. */
  private static void wideOthers(
      List<Check> checks, DType dtype, DType to, int greatest, int channels, int terms) {
    DotCase.Conv conv = new DotCase.Conv(1, 1, channels, 6, 11, 3, 1, 1, 1, 1);
    addWide(checks, "conv/1", dtype, to, greatest, fill -> DotCase.conv(dtype, to, conv, fill));
    if (dtype == to) {
      int inWindow = (int) Math.min(greatest, (limit(dtype) - 1) / 25);
      addWide(
          checks,
          "reduce_sum/1",
          dtype,
          to,
          greatest,
          fill -> DotCase.sum(dtype, 40, terms, true, fill));
      addWide(
          checks,
          "window_sum/1",
          dtype,
          to,
          inWindow,
          fill -> DotCase.windowSum(dtype, 24, 5, fill));
    }
  }

  private static void addWide(
      List<Check> checks, String op, DType dtype, DType to, int greatest, Form form) {
    checks.add(
        Check.of(
                "N-202",
                "to " + to,
                trial -> exact(trial, form.make(wideFill(trial.random(), greatest))))
            .about(op, dtype.toString()));
  }

  private static int odd(SplittableRandom random, int greatest) {
    int value = 2 * random.nextInt((greatest + 1) / 2) + 1;
    return random.nextBoolean() ? value : -value;
  }

  private static void exact(Trial trial, DotCase dots) {
    Tensor found = DotCase.output(trial.subject().run(dots.test().graph(), dots.test().inputs()));
    ErrorStats stats = new ErrorStats();
    for (int i = 0; i < dots.exact().length; i++) {
      int at = i;
      stats.add(found.getDouble(i), dots.exact()[i], 0, () -> DotCase.place(found, at));
    }
    stats.settle(trial, dots.test().name());
  }
}
