package dev.halyard.tck.numerical;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.DType;
import dev.halyard.Tensor;
import dev.halyard.spi.BFloat16;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rules of dot products on arithmetic done here: right in any order, and wrong in known ways.
 */
class DotRuleTests {
  private static final int SIDE = 32;

  private static DotCase dots(DotData data, int k) {
    SplittableRandom random = new SplittableRandom(5);
    return DotCase.matmul(
        DType.F32,
        DType.F32,
        1,
        SIDE,
        k,
        SIDE,
        false,
        (left, at) -> data.value(left, at, k, DType.F32, random));
  }

  /** Sums the products of each element in float, in some order, from operands that were changed. */
  private static float[] product(DotCase dots, int k, DoubleUnaryOperator operand, int[] order) {
    double[] a = dots.test().inputs().get("a").toDoubles();
    double[] b = dots.test().inputs().get("b").toDoubles();
    float[] result = new float[SIDE * SIDE];
    for (int i = 0; i < SIDE; i++) {
      for (int j = 0; j < SIDE; j++) {
        float sum = 0;
        for (int at : order) {
          double product =
              operand.applyAsDouble(a[i * k + at]) * operand.applyAsDouble(b[at * SIDE + j]);
          sum += (float) product;
        }
        result[i * SIDE + j] = sum;
      }
    }
    return result;
  }

  private static int[] order(int k, boolean reverse) {
    int[] order = new int[k];
    for (int i = 0; i < k; i++) {
      order[i] = reverse ? k - 1 - i : i;
    }
    return order;
  }

  /** {@return whether the rules N-301 to N-303 accept a result} */
  private static boolean accepts(DotData data, DotCase dots, int k, float[] found) {
    Tensor y = Tensor.of(found, 1, SIDE, SIDE);
    DotRule rule = new DotRule(DType.F32, k);
    ErrorStats stats = new ErrorStats();
    for (int i = 0; i < found.length; i++) {
      int at = i;
      stats.add(found[i], dots.exact()[i], rule.bound(dots.magnitudes()[i]), () -> "" + at);
    }
    boolean each = stats.worst() <= 1;
    if (!data.showsVariance()) {
      return each;
    }
    DotChecks.DotStatistics errors =
        DotChecks.DotStatistics.of(DotChecks.errors(DType.F32, dots, y));
    double variance = rule.variance(false);
    boolean unbiased =
        !data.showsBias() || Math.abs(errors.sum()) <= Math.sqrt(10 * variance * errors.count());
    return each && errors.meanSquare() <= variance && unbiased;
  }

  @ParameterizedTest
  @EnumSource(DotData.class)
  void everyOrderOfSummationIsAccepted(DotData data) {
    for (int k : new int[] {37, 512}) {
      DotCase dots = dots(data, k);
      for (boolean reverse : new boolean[] {false, true}) {
        float[] found = product(dots, k, x -> x, order(k, reverse));
        assertTrue(accepts(data, dots, k, found), data + " K=" + k + " reverse=" + reverse);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {37, 512})
  void inputsOfBf16AreRejectedByMostSets(int k) {
    assertTrue(rejections(k, x -> BFloat16.toFloat(BFloat16.fromFloat((float) x)), k) >= 3);
  }

  @ParameterizedTest
  @ValueSource(ints = {37, 512})
  void aDroppedProductIsRejectedByMostSets(int k) {
    assertTrue(rejections(k, x -> x, k - 1) >= 3);
  }

  private static int rejections(int k, DoubleUnaryOperator operand, int terms) {
    int rejected = 0;
    for (DotData data : DotData.values()) {
      DotCase dots = dots(data, k);
      rejected += accepts(data, dots, k, product(dots, k, operand, order(terms, false))) ? 0 : 1;
    }
    return rejected;
  }

  @ParameterizedTest
  @EnumSource(DotData.class)
  void oneElementThatIsWrongByAFiftiethIsRejected(DotData data) {
    int k = 37;
    DotCase dots = dots(data, k);
    float[] found = product(dots, k, x -> x, order(k, false));
    int largest = 0;
    for (int i = 0; i < found.length; i++) {
      boolean nearer = ratio(dots, i) > ratio(dots, largest);
      largest = nearer ? i : largest;
    }
    found[largest] = found[largest] == 0 ? 1 : found[largest] * 1.02f;

    assertEquals(false, accepts(data, dots, k, found));
  }

  private static double ratio(DotCase dots, int i) {
    return dots.magnitudes()[i] == 0 ? 0 : Math.abs(dots.exact()[i]) / dots.magnitudes()[i];
  }
}
