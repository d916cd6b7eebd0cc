package dev.halyard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class DimTests {
  private final Dim n = Dim.symbol("n", 1, 512);

  @Test
  void numbersAreConstant() {
    assertTrue(Dim.of(3).isConstant());
    assertTrue(Dim.of(3).is(3));
    assertEquals(3, Dim.of(3).constant());
    assertEquals("3", Dim.of(3).toString());
  }

  @Test
  void termsThatCancelLeaveANumber() {
    assertEquals(Dim.of(2), n.plus(2).minus(n));
    assertFalse(n.isConstant());
  }

  @Test
  void textShowsTheNormalForm() {
    assertEquals("n+2", n.plus(2).toString());
    assertEquals("2*n-1", n.times(2).plus(-1).toString());
    assertEquals("floor((n+1)/2)+3", n.plus(7).floorDiv(2).toString());
  }

  @Test
  void symbolsOfDifferentNamesDiffer() {
    assertNotEquals(n, Dim.symbol("m", 1, 512));
  }

  @Test
  void constantOfASymbolIsRefused() {
    IllegalStateException e = assertThrows(IllegalStateException.class, n::constant);
    assertEquals("dimension n is symbolic; evaluate it with Dims first", e.getMessage());
  }

  @Test
  void evaluatingWithoutAValueNamesTheSymbol() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> n.evaluate(Dims.of("m", 1)));
    assertEquals("dimension 'n' has no value; given are {m=1}", e.getMessage());
  }

  @Test
  void malformedSymbolsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Dim.symbol("2n"));
    assertThrows(IllegalArgumentException.class, () -> Dim.symbol(""));
    assertThrows(IllegalArgumentException.class, () -> Dim.symbol("n", 5, 4));
    assertThrows(IllegalArgumentException.class, () -> Dim.symbol("n", -1, 4));
  }

  @Test
  void divisorsAreAtLeastOne() {
    assertThrows(IllegalArgumentException.class, () -> n.floorDiv(0));
    assertThrows(IllegalArgumentException.class, () -> n.floorDiv(-2));
  }

  @Test
  void boundsSaturateWhereALongOverflows() {
    Dim huge = Dim.symbol("h", 0, Long.MAX_VALUE).times(3);
    assertEquals(Long.MAX_VALUE, huge.max());
    assertEquals(Long.MIN_VALUE, huge.times(-1).min());
  }

  @Test
  void valuesOfDimsAreKeptByNameAndNeverNegative() {
    Dims dims = Dims.of("b", 4).and("a", 2).and("b", 5);
    assertEquals("{a=2, b=5}", dims.toString());
    assertEquals(dims, Dims.of("a", 2).and("b", 5));
    assertTrue(dims.has("a"));
    assertFalse(Dims.none().has("a"));
    assertThrows(IllegalArgumentException.class, () -> Dims.of("a", -1));
  }
}
