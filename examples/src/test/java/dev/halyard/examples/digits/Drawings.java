package dev.halyard.examples.digits;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Digits of no person's: bars, which nets learn at once, and noise. */
final class Drawings {
  private static final int BAR = 2;
  private static final byte INK = (byte) 255;

  private Drawings() {}

  /** {@return a horizontal bar, further below for each higher digit} */
  static Digit bar(int label) {
    byte[] ink = new byte[Digit.PIXELS];
    int first = (4 + BAR * label) * Digit.SIDE;
    Arrays.fill(ink, first, first + BAR * Digit.SIDE, INK);
    return Digit.of(label, ink);
  }

  /** {@return pictures with as many dark pixels as people's have, of any label} */
  static List<Digit> noise(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Digit> digits = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] ink = new byte[Digit.PIXELS];
      for (int pixel = 0; pixel < ink.length; pixel++) {
        ink[pixel] = random.nextInt(5) == 0 ? (byte) random.nextInt(256) : 0;
      }
      digits.add(Digit.of(random.nextInt(Digit.CLASSES), ink));
    }
    return digits;
  }
}
