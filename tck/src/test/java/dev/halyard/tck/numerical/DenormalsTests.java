package dev.halyard.tck.numerical;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.Value;
import dev.halyard.testkit.Case;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What a device that declares flushing may do, and what it may not. */
class DenormalsTests {
  private static final Denormals FLUSHED = new Denormals(true);
  private static final Denormals KEPT = new Denormals(false);
  private static final float TINY = Float.MIN_NORMAL / 4;

  private static void check(
      Denormals denormals, float x, UnaryOperator<Value> operation, float found) {
    Graph graph = Graph.of("tiny", g -> g.output("y", operation.apply(g.input("x", DType.F32, 1))));
    Case tested = new Case("tiny", graph, Map.of("x", Tensor.of(new float[] {x}, 1)));
    denormals.comparison(tested).check(Map.of("y", Tensor.of(new float[] {found}, 1)));
  }

  private static void refused(
      Denormals denormals, float x, UnaryOperator<Value> operation, float found) {
    assertThrows(AssertionError.class, () -> check(denormals, x, operation, found));
  }

  @Test
  void theLeastNormalNumberIsThatOfTheType() {
    assertEquals(true, FLUSHED.mayVanish(FloatType.of(DType.F16), 0x1p-15));
    assertEquals(false, FLUSHED.mayVanish(FloatType.of(DType.F32), 0x1p-15));
    assertEquals(false, FLUSHED.mayVanish(FloatType.of(DType.BF16), 0x1p-126));
    assertEquals(true, FLUSHED.mayVanish(FloatType.of(DType.BF16), -0x1p-127));
    assertEquals(false, KEPT.mayVanish(FloatType.of(DType.F32), 0x1p-130));
  }

  @Test
  void aDenormalResultMayBeZeroWhereThatIsSaid() {
    assertDoesNotThrow(() -> check(FLUSHED, Float.MIN_NORMAL, x -> x.mul(0.25), 0));
    refused(KEPT, Float.MIN_NORMAL, x -> x.mul(0.25), 0);
  }

  @Test
  void aDenormalOperandMayBeZeroWhereThatIsSaid() {
    assertDoesNotThrow(() -> check(FLUSHED, TINY, x -> x.mul(0x1p100), 0));
    assertDoesNotThrow(() -> check(FLUSHED, TINY, x -> x.mul(0x1p100), TINY * 0x1p100f));
    refused(KEPT, TINY, x -> x.mul(0x1p100), 0);
    refused(FLUSHED, TINY, x -> x.mul(0x1p100), 1);
  }

  @Test
  void normalNumbersAndMovedDenormalsAreKept() {
    refused(FLUSHED, Float.MIN_NORMAL, x -> x.mul(2), 0);
    refused(FLUSHED, TINY, x -> x.reshape(1, 1).reshape(1), 0);
  }
}
