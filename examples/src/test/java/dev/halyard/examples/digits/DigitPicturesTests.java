package dev.halyard.examples.digits;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class DigitPicturesTests {
  private static Digit strokes() {
    byte[] ink = new byte[Digit.PIXELS];
    for (int row = 0; row < Digit.SIDE; row++) {
      ink[row * Digit.SIDE + 1] = (byte) 255;
    }
    ink[2] = (byte) 255; // half of the first line's pair
    ink[3] = 90;
    return Digit.of(1, ink);
  }

  @Test
  void twoRowsOfPixelsAreALine() {
    List<String> lines = DigitPictures.lines(List.of(strokes()));

    assertEquals(Digit.SIDE / 2, lines.size());
    assertEquals(" @:.", lines.getFirst());
    assertEquals(" @", lines.getLast());
  }

  @Test
  void picturesStandSideBySide() {
    List<String> lines = DigitPictures.lines(List.of(strokes(), strokes()));

    assertEquals(" @" + " ".repeat(29) + "@", lines.getLast());
  }
}
