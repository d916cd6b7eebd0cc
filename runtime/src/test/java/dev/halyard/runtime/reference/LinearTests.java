package dev.halyard.runtime.reference;

import static dev.halyard.DType.BF16;
import static dev.halyard.DType.F32;
import static dev.halyard.DType.F64;
import static dev.halyard.DType.I32;
import static dev.halyard.DType.I64;
import static dev.halyard.DType.I8;
import static dev.halyard.DType.U8;
import static dev.halyard.runtime.reference.Evaluation.NONE;
import static dev.halyard.runtime.reference.Evaluation.assertHolds;
import static dev.halyard.runtime.reference.Evaluation.counting;
import static dev.halyard.runtime.reference.Evaluation.one;
import static dev.halyard.runtime.reference.Evaluation.shape;
import static dev.halyard.runtime.reference.Evaluation.tensor;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.halyard.DType;
import dev.halyard.Tensor;
import dev.halyard.spi.Attributes;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LinearTests {
  @Nested
  class Matmul {
    private Tensor matmul(DType to, Tensor a, Tensor b) {
      return one("matmul/1", NONE.with("to", to), a, b);
    }

    @Test
    void rowsMeetColumnsInEveryBatch() {
      Tensor a = counting(F32, 2, 2, 3);
      Tensor b = tensor(F32, shape(2, 3, 1), 1, 0, 2, 0, 1, 0);
      assertHolds(matmul(F32, a, b), shape(2, 2, 1), 7, 16, 8, 11);
    }

    @Test
    void emptySumsAreZero() {
      assertHolds(matmul(F64, counting(F64, 2, 0), counting(F64, 0, 1)), shape(2, 1), 0, 0);
    }

    @Test
    void bytesMixAndSumsWrapInTheResult() {
      Tensor a = tensor(U8, shape(1, 2), 255, 200);
      Tensor b = tensor(I8, shape(2, 1), -128, 1);
      assertHolds(matmul(I32, a, b), shape(1, 1), -32440);
      Tensor large = tensor(I32, shape(1, 1), 0x1p16);
      assertHolds(matmul(I32, large, large), shape(1, 1), 0);
      assertHolds(matmul(I64, large, large), shape(1, 1), 0x1p32);
    }

    @Test
    void storageTypesMayGiveAWiderOne() {
      Tensor a = tensor(BF16, shape(1, 2), 256, 1);
      Tensor ones = tensor(BF16, shape(2, 1), 1, 1);
      assertHolds(matmul(BF16, a, ones), shape(1, 1), 256);
      assertHolds(matmul(F32, a, ones), shape(1, 1), 257);
    }
  }

  @Nested
  class Conv {
    private final Attributes plain =
        NONE.with("strides", shape(1))
            .with("dilations", shape(1))
            .with("input_dilations", shape(1))
            .with("pad_low", shape(0))
            .with("pad_high", shape(0))
            .with("groups", 1L)
            .with("to", F32);

    @Test
    void windowsAreNotMirrored() {
      Tensor x = tensor(F32, shape(1, 1, 4), 1, 2, 3, 4);
      Tensor w = tensor(F32, shape(1, 1, 2), 10, 1);
      assertHolds(one("conv/1", plain, x, w), shape(1, 1, 3), 12, 23, 34);
    }

    @Test
    void paddingIsZeroOnEitherSide() {
      Tensor x = tensor(F32, shape(1, 1, 2), 1, 2);
      Tensor w = tensor(F32, shape(1, 1, 2), 10, 1);
      Attributes padded = plain.with("pad_low", shape(1)).with("pad_high", shape(2));
      assertHolds(one("conv/1", padded, x, w), shape(1, 1, 4), 1, 12, 20, 0);
    }

    @Test
    void dilationSpreadsTheWindowAndStrideTheResults() {
      Tensor x = tensor(F32, shape(1, 1, 7), 1, 2, 3, 4, 5, 6, 7);
      Tensor w = tensor(F32, shape(1, 1, 2), 10, 1);
      Attributes sparse = plain.with("dilations", shape(3)).with("strides", shape(2));
      assertHolds(one("conv/1", sparse, x, w), shape(1, 1, 2), 14, 36);
    }

    @Test
    void inputDilationSpreadsTheInput() {
      // 1 0 2 0 3 under a window of 2.
      Tensor x = tensor(F32, shape(1, 1, 3), 1, 2, 3);
      Tensor w = tensor(F32, shape(1, 1, 2), 10, 1);
      Attributes spread = plain.with("input_dilations", shape(2));
      assertHolds(one("conv/1", spread, x, w), shape(1, 1, 4), 10, 2, 20, 3);
    }

    @Test
    void groupsSeeTheirOwnChannels() {
      Tensor x = tensor(F32, shape(1, 4, 1), 1, 2, 3, 4);
      Tensor w = tensor(F32, shape(2, 2, 1), 1, 10, 100, 1000);
      assertHolds(one("conv/1", plain.with("groups", 2L), x, w), shape(1, 2, 1), 21, 4300);
    }

    @Test
    void planesAreConvolvedPerBatchAndOutput() {
      Tensor x = counting(F32, 2, 1, 2, 2);
      Tensor w = tensor(F32, shape(2, 1, 1, 2), 1, 1, 1, -1);
      Attributes plane =
          plain
              .with("strides", shape(1, 1))
              .with("dilations", shape(1, 1))
              .with("input_dilations", shape(1, 1))
              .with("pad_low", shape(0, 0))
              .with("pad_high", shape(0, 0));
      assertHolds(one("conv/1", plane, x, w), shape(2, 2, 2, 1), 3, 7, -1, -1, 11, 15, -1, -1);
    }
  }

  @Nested
  class Quantization {
    private Tensor quantize(DType to, String rounding, Tensor x, Tensor scale, Tensor zero) {
      Attributes attributes = NONE.with("axis", 0L).with("rounding", rounding).with("to", to);
      return one("quantize/1", attributes, x, scale, zero);
    }

    @Test
    void halvesGoToEvenOrUp() {
      Tensor x = tensor(F32, shape(6), 0.5, 1.5, 2.5, -0.5, -1.5, -2.5);
      Tensor one = Tensor.scalar(F32, 1);
      Tensor zero = Tensor.scalar(I8, 0);
      assertHolds(quantize(I8, "HALF_EVEN", x, one, zero), shape(6), 0, 2, 2, 0, -2, -2);
      assertHolds(quantize(I8, "HALF_UP", x, one, zero), shape(6), 1, 2, 3, 0, -1, -2);
    }

    @Test
    void resultsSaturateAndNanIsTheZeroPoint() {
      double inf = Double.POSITIVE_INFINITY;
      Tensor x = tensor(F32, shape(5), 1000, -1000, Double.NaN, inf, -inf);
      Tensor scale = Tensor.scalar(F32, 0.5);
      assertHolds(
          quantize(U8, "HALF_EVEN", x, scale, Tensor.scalar(U8, 7)), shape(5), 255, 0, 7, 255, 0);
      assertHolds(
          quantize(I8, "HALF_EVEN", x, scale, Tensor.scalar(I8, -3)),
          shape(5),
          127,
          -128,
          -3,
          127,
          -128);
    }

    @Test
    void scalesRunAlongTheAxis() {
      Tensor x = tensor(F32, shape(2, 2), 1, 1, 1, 1);
      Tensor scales = tensor(F32, shape(2), 0.5, 0.25);
      Tensor zeros = tensor(I8, shape(2), 0, 1);
      assertHolds(quantize(I8, "HALF_EVEN", x, scales, zeros), shape(2, 2), 2, 2, 5, 5);
      assertHolds(
          one("dequantize/1", NONE.with("axis", -1L), tensor(I8, shape(1, 2), 3, 5), scales, zeros),
          shape(1, 2),
          1.5,
          1);
    }

    @Test
    void differencesOfIntegersAreExact() {
      Tensor x = Tensor.of(new int[] {Integer.MIN_VALUE});
      Tensor zero = Tensor.scalar(I32, Integer.MAX_VALUE);
      Tensor out = one("dequantize/1", NONE.with("axis", 0L), x, Tensor.scalar(F64, 1), zero);
      assertEquals(-4294967295.0, out.getDouble(0));
    }
  }
}
