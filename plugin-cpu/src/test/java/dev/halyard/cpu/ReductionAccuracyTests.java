package dev.halyard.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.CompileOptions;
import dev.halyard.DType;
import dev.halyard.Dims;
import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sums of very many elements. */
class ReductionAccuracyTests {
  private static final int ROWS = 1_000_000;
  private static final long SEED = 11;

  private static Tensor sum(Tensor x, int axis, String threads, String vector) {
    Graph graph =
        Graph.of(
            "sum",
            g -> {
              long[] shape = x.shape();
              g.output("y", g.input("x", DType.F32, shape).reduceSum(false, axis));
            });
    try (CpuDriver driver = Drivers.open("threads", threads, "vector", vector)) {
      return new CaseRunner(driver, CompileOptions.defaults())
          .run(graph, Map.of("x", x), Dims.none())
          .get("y");
    }
  }

  /** Six pairwise roundings of half an ulp each, and the last. */
  private static void requireClose(double expected, double found) {
    double ulps = Math.abs(found - expected) / Math.ulp((float) expected);
    assertTrue(ulps <= 4, found + " for " + expected + " is " + ulps + " ulp off");
  }

  @ParameterizedTest
  @CsvSource({"on, 2", "on, 1500", "on, 3", "off, 2"})
  void sumOfManyEqualRowsIsOffByAFewUlp(String vector, int columns) {
    int rows = columns > 3 ? 20_000 : ROWS;
    Tensor x = TensorArena.ofAuto().allocate(DType.F32, rows, columns);
    for (long i = 0; i < x.elements(); i++) {
      x.setDouble(i, 1.1);
    }
    Tensor y = sum(x, 0, "2", vector);
    for (int column = 0; column < columns; column++) {
      requireClose((double) 1.1f * rows, y.getDouble(column));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void sumOfManyPositiveNumbersIsOffByAFewUlp(int axis) {
    SplittableRandom random = new SplittableRandom(SEED);
    long[] shape = axis == 0 ? new long[] {ROWS, 3} : new long[] {3, ROWS};
    Tensor x = TensorArena.ofAuto().allocate(DType.F32, shape);
    double[] expected = new double[3];
    for (int i = 0; i < 3 * ROWS; i++) {
      float value = random.nextFloat();
      x.setDouble(i, value);
      expected[axis == 0 ? i % 3 : i / ROWS] += value;
    }
    Tensor y = sum(x, axis, "2", "on");
    for (int column = 0; column < 3; column++) {
      requireClose(expected[column], y.getDouble(column));
    }
  }

  @ParameterizedTest
  @CsvSource({"200001, 7, 0", "7, 200001, 1", "300, 1500, 0", "1, 900000, 1"})
  void sumHasTheSameBitsWithAnyNumberOfThreads(long rows, long columns, int axis) {
    SplittableRandom random = new SplittableRandom(SEED);
    Tensor x = TensorArena.ofAuto().allocate(DType.F32, rows, columns);
    for (long i = 0; i < x.elements(); i++) {
      x.setDouble(i, random.nextDouble() - 0.5);
    }
    Tensor alone = sum(x, axis, "1", "on");
    Tensor shared = sum(x, axis, "5", "on");
    assertEquals(-1, alone.segment().mismatch(shared.segment()), "seed " + SEED);
  }
}
