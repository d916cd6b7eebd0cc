package dev.halyard.examples.digits;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTests {
  private final Comparison comparison =
      new Comparison(
          List.of(Drawings.bar(0), Drawings.bar(1), Drawings.bar(2), Drawings.bar(3)),
          List.of(0, 1, 2, 5),
          List.of(0, 7, 4, 5));

  @Test
  void partsAreOfAllDigits() {
    assertEquals(0.75, comparison.floatsRight());
    assertEquals(0.25, comparison.integersRight());
    assertEquals(0.5, comparison.equal());
  }

  @Test
  void misreadAreThoseThatTheIntegersGotWrong() {
    assertEquals(List.of(1, 2, 3), comparison.misread());
  }
}
