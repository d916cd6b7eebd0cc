package dev.halyard.runtime.reference;

import static dev.halyard.DType.BOOL;
import static dev.halyard.DType.F16;
import static dev.halyard.DType.F32;
import static dev.halyard.DType.I32;
import static dev.halyard.DType.I64;
import static dev.halyard.DType.I8;
import static dev.halyard.DType.U8;
import static dev.halyard.runtime.reference.Evaluation.NONE;
import static dev.halyard.runtime.reference.Evaluation.assertHolds;
import static dev.halyard.runtime.reference.Evaluation.counting;
import static dev.halyard.runtime.reference.Evaluation.literal;
import static dev.halyard.runtime.reference.Evaluation.one;
import static dev.halyard.runtime.reference.Evaluation.shape;
import static dev.halyard.runtime.reference.Evaluation.tensor;

import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.spi.Attributes;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DataMovementTests {
  @Test
  void reshapeKeepsTheOrder() {
    Attributes to = NONE.with("shape", Shape.of(3, 1, 2));
    assertHolds(one("reshape/1", to, counting(I8, 2, 3)), shape(3, 1, 2), 1, 2, 3, 4, 5, 6);
  }

  @Test
  void transposeMovesAxisPermutationIToAxisI() {
    Tensor x = counting(F32, 1, 2, 3);
    Attributes turned = NONE.with("permutation", shape(2, 0, 1));
    assertHolds(one("transpose/1", turned, x), shape(3, 1, 2), 1, 4, 2, 5, 3, 6);
  }

  @Test
  void broadcastRepeatsOnesAndMissingAxes() {
    Tensor x = tensor(BOOL, shape(2, 1), 0, 1);
    Attributes to = NONE.with("shape", Shape.of(2, 2, 3));
    assertHolds(one("broadcast/1", to, x), shape(2, 2, 3), 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1);
    Attributes none = NONE.with("shape", Shape.of(2, 0));
    assertHolds(one("broadcast/1", none, x), shape(2, 0));
  }

  @Test
  void slicesStepForwardsAndBackwards() {
    Tensor x = counting(F32, 2, 5);
    Attributes box =
        NONE.with("start", Shape.of(1, 4))
            .with("size", Shape.of(2, 3))
            .with("strides", shape(-1, -2));
    assertHolds(one("slice/1", box, x), shape(2, 3), 10, 8, 6, 5, 3, 1);
  }

  @Test
  void concatPutsOperandsOneAfterTheOther() {
    Tensor x = counting(I32, 2, 1);
    Tensor empty = counting(I32, 2, 0);
    Tensor y = tensor(I32, shape(2, 2), 7, 8, 9, 10);
    Attributes last = NONE.with("axis", -1L);
    assertHolds(one("concat/1", last, x, empty, y), shape(2, 3), 1, 7, 8, 2, 9, 10);
  }

  @Test
  void padSurroundsWithTheValue() {
    Attributes border = NONE.with("low", shape(1, 0)).with("high", shape(0, 2));
    Tensor x = tensor(F16, shape(1, 2), 1, 2);
    assertHolds(
        one("pad/1", border, x, Tensor.scalar(F16, -1)), shape(2, 4), -1, -1, -1, -1, 1, 2, -1, -1);
  }

  @Nested
  class Gather {
    @Test
    void indicesReplaceTheAxisByTheirShape() {
      Tensor x = counting(F32, 2, 3, 2);
      Tensor indices = tensor(I64, shape(1, 2), 2, 0);
      assertHolds(
          one("gather/1", NONE.with("axis", 1L), x, indices),
          shape(2, 1, 2, 2),
          5,
          6,
          1,
          2,
          11,
          12,
          7,
          8);
    }

    @Test
    void negativeIndicesCountFromTheEndAndOthersAreClamped() {
      Tensor x = literal(F32, 10, 20, 30);
      Tensor indices = literal(I32, -1, -3, -4, 3, Integer.MAX_VALUE, Integer.MIN_VALUE);
      assertHolds(
          one("gather/1", NONE.with("axis", 0L), x, indices), shape(6), 30, 10, 10, 30, 30, 10);
    }

    @Test
    void aScalarIndexDropsTheAxis() {
      Tensor x = counting(I8, 2, 2);
      assertHolds(
          one("gather/1", NONE.with("axis", -1L), x, Tensor.scalar(I32, 1)), shape(2), 2, 4);
    }
  }

  @Nested
  class Scatter {
    private Tensor scatter(String reduction, Tensor x, Tensor indices, Tensor updates, long axis) {
      Attributes attributes = NONE.with("axis", axis).with("reduction", reduction);
      return one("scatter/1", attributes, x, indices, updates);
    }

    @Test
    void theLastOfSeveralStandsOrAllAreAdded() {
      Tensor x = literal(F32, 1, 2, 3);
      Tensor indices = literal(I32, 1, 1, -1);
      Tensor updates = literal(F32, 10, 20, 30);
      assertHolds(scatter("none", x, indices, updates, 0), shape(3), 1, 20, 30);
      assertHolds(scatter("add", x, indices, updates, 0), shape(3), 1, 32, 33);
    }

    @Test
    void indicesOutsideWriteNothing() {
      Tensor x = literal(I32, 1, 2);
      Tensor indices = Tensor.of(new long[] {2, -3, Long.MIN_VALUE});
      assertHolds(scatter("none", x, indices, literal(I32, 7, 8, 9), 0), shape(2), 1, 2);
    }

    @Test
    void updatesMayCoverLessThanTheOtherAxes() {
      Tensor x = counting(U8, 2, 3);
      Tensor indices = tensor(I32, shape(1, 2), 1, 0);
      Tensor updates = tensor(U8, shape(1, 2), 250, 255);
      assertHolds(scatter("none", x, indices, updates, 0), shape(2, 3), 1, 255, 3, 250, 5, 6);
      assertHolds(scatter("add", x, indices, updates, 0), shape(2, 3), 1, 1, 3, 254, 5, 6);
    }
  }

  @Test
  void iotaCountsAlongOneAxis() {
    Attributes rows = NONE.with("dtype", I32).with("shape", Shape.of(2, 3)).with("axis", 0L);
    assertHolds(one("iota/1", rows), shape(2, 3), 0, 0, 0, 1, 1, 1);
    Attributes wrapping = NONE.with("dtype", U8).with("shape", Shape.of(258)).with("axis", 0L);
    Tensor counted = one("iota/1", wrapping);
    assertHolds(
        one(
            "slice/1",
            NONE.with("start", Shape.of(255)).with("size", Shape.of(3)).with("strides", shape(1)),
            counted),
        shape(3),
        255,
        0,
        1);
  }
}
