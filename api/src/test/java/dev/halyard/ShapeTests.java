package dev.halyard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ShapeTests {
  private final Dim batch = Dim.symbol("batch");
  private final Shape symbolic = Shape.of(batch, Dim.of(3), batch.times(2));

  @Test
  void negativeAxesCountFromTheInnermost() {
    assertEquals(Dim.of(3), symbolic.dim(1));
    assertEquals(Dim.of(3), symbolic.dim(-2));
    assertThrows(IndexOutOfBoundsException.class, () -> symbolic.dim(3));
    assertThrows(IndexOutOfBoundsException.class, () -> symbolic.dim(-4));
  }

  @Test
  void resolvingReplacesEverySymbol() {
    assertArrayEquals(new long[] {4, 3, 8}, symbolic.resolve(Dims.of("batch", 4)).toArray());
    assertFalse(symbolic.isStatic());
    assertThrows(IllegalStateException.class, symbolic::toArray);
  }

  @Test
  void scalarHasOneElement() {
    assertEquals(0, Shape.scalar().rank());
    assertEquals(1, Shape.scalar().elements());
    assertTrue(Shape.scalar().isStatic());
  }

  @Test
  void emptyAxisLeavesNoElementsHoweverLargeTheOthers() {
    assertEquals(0, Shape.elements(Long.MAX_VALUE, 0, Long.MAX_VALUE));
  }

  @Test
  void tooManyElementsAreAnArithmeticException() {
    assertThrows(ArithmeticException.class, () -> Shape.elements(1L << 40, 1L << 40));
  }

  @Test
  void replacingAnAxisLeavesTheOriginalUnchanged() {
    assertEquals("[batch, 3, 7]", symbolic.with(-1, Dim.of(7)).toString());
    assertEquals("[batch, 3, 2*batch]", symbolic.toString());
  }

  @Test
  void dimsCannotBeChanged() {
    assertThrows(UnsupportedOperationException.class, () -> symbolic.dims().clear());
  }
}
