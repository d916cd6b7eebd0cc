package dev.halyard.tck.numerical;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.DType;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The data sets are what their names say, in convolutions and windows too. */
class DotDataTests {
  private static final DotCase.Conv CONV = new DotCase.Conv(1, 2, 16, 6, 14, 3, 1, 1, 1, 0);

  private static DotCase conv(DotData data) {
    SplittableRandom random = new SplittableRandom(5);
    return DotCase.conv(
        DType.F32,
        DType.F32,
        CONV,
        (left, k) -> data.value(left, k, CONV.terms(), DType.F32, random));
  }

  @Test
  void everyProductOfAConvolutionOfS0IsZero() {
    for (double magnitude : conv(DotData.S0).magnitudes()) {
      assertEquals(0, magnitude);
    }
  }

  @Test
  void aConvolutionOfS4SumsQuarters() {
    double[] magnitudes = conv(DotData.S4).magnitudes();

    // Six places of the window at least lie within the padded plane, in the corners four.
    for (double magnitude : magnitudes) {
      assertTrue(magnitude >= 4 * 0.25 && magnitude <= 9 * 0.25, () -> "" + magnitude);
    }
  }

  @Test
  void everyWindowMeetsTheLargeElementOfS3Once() {
    SplittableRandom random = new SplittableRandom(5);
    DotCase sums =
        DotCase.windowSum(
            DType.F32, 40, 5, (left, k) -> DotData.S3.value(true, k, 25, DType.F32, random));
    double[] x = sums.test().inputs().get("x").toDoubles();
    int side = 36;

    for (int at = 0; at < side * side; at++) {
      int large = 0;
      for (int k = 0; k < 25; k++) {
        double value = x[(at / side + k / 5) * 40 + at % side + k % 5];
        large += Math.abs(value) == 16 ? 1 : 0;
      }
      assertEquals(1, large);
    }
  }
}
