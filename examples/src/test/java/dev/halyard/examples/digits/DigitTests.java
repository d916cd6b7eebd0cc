package dev.halyard.examples.digits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class DigitTests {
  private static Digit dotted(int row, int column) {
    byte[] ink = new byte[Digit.PIXELS];
    ink[row * Digit.SIDE + column] = (byte) 200;
    return Digit.of(7, ink);
  }

  @Test
  void shiftingMovesDownAndToTheRight() {
    assertEquals(dotted(5, 2), dotted(3, 3).shifted(2, -1));
  }

  @Test
  void whatLeavesThePictureIsLost() {
    assertEquals(Digit.of(7, new byte[Digit.PIXELS]), dotted(27, 0).shifted(1, 0));
    assertEquals(Digit.of(7, new byte[Digit.PIXELS]), dotted(27, 0).shifted(0, -1));
  }

  @Test
  void inkIsAPartOf256() {
    float[] pixels = new float[Digit.PIXELS + 1];

    dotted(0, 0).copyTo(pixels, 1);

    assertEquals(0, pixels[0]);
    assertEquals(200 / 256f, pixels[1]);
  }

  @Test
  void whatIsNoDigitIsRefused() {
    assertRefused(10, Digit.PIXELS, "found 10 and 784");
    assertRefused(-1, Digit.PIXELS, "found -1 and 784");
    assertRefused(3, 783, "found 3 and 783");
  }

  private static void assertRefused(int label, int pixels, String reason) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> Digit.of(label, new byte[pixels]));
    assertTrue(refused.getMessage().endsWith(reason), refused.getMessage());
  }

  @Test
  void digitsWithOtherLabelsOrPixelsDiffer() {
    assertNotEquals(dotted(1, 1), dotted(1, 2));
    assertNotEquals(Drawings.bar(1), Drawings.bar(2));
    assertEquals(dotted(1, 1).hashCode(), dotted(1, 1).hashCode());
  }
}
