package dev.halyard.examples.digits;

import java.util.ArrayList;
import java.util.List;

/** Draws digits in characters, two rows of pixels in a line. */
final class DigitPictures {
  /** From paper to ink; ASCII, which every terminal shows. */
  private static final String SHADES = " .:ox@";

  /** The ink of two pixels is below this. */
  private static final int LEVELS = 512;

  private static final String GAP = "  ";

  private DigitPictures() {}

  /** {@return digits side by side, {@link Digit#SIDE} columns each, two columns between} */
  static List<String> lines(List<Digit> digits) {
    List<String> lines = new ArrayList<>();
    for (int row = 0; row < Digit.SIDE; row += 2) {
      StringBuilder line = new StringBuilder();
      for (Digit digit : digits) {
        draw(digit, row, line);
        line.append(GAP);
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  private static void draw(Digit digit, int row, StringBuilder line) {
    for (int column = 0; column < Digit.SIDE; column++) {
      int ink = digit.ink(row, column) + digit.ink(row + 1, column);
      line.append(SHADES.charAt(ink * SHADES.length() / LEVELS));
    }
  }
}
