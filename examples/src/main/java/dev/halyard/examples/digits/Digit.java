package dev.halyard.examples.digits;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A picture of a handwritten digit, and which digit its writer meant. Immutable. */
public final class Digit {
  /** Rows and columns of the picture. */
  public static final int SIDE = 28;

  /** The pixels of the picture. */
  public static final int PIXELS = SIDE * SIDE;

  /** The digits there are. */
  public static final int CLASSES = 10;

  private static final float LEVELS = 256;

  private final int label;
  private final byte[] ink;

  private Digit(int label, byte[] ink) {
    this.label = label;
    this.ink = ink;
  }

  /**
   * Makes a digit.
   *
   * @param label which it is, 0 to 9
   * @param ink its pixels row by row, unsigned: 0 for paper, 255 for ink
   * @return the digit, which has a copy of the pixels
   * @throws IllegalArgumentException if it is none of the ten, or has not {@link #PIXELS} pixels
   */
  public static Digit of(int label, byte[] ink) {
    if (label < 0 || label >= CLASSES || ink.length != PIXELS) {
      throw new IllegalArgumentException(
          "a digit is 0 to 9 and has 784 pixels, found " + label + " and " + ink.length);
    }
    return new Digit(label, ink.clone());
  }

  /** {@return which digit its writer meant} */
  public int label() {
    return label;
  }

  /**
   * {@return how dark a pixel is, from 0 to 255; 0 outside of the picture}
   *
   * @param row from above
   * @param column from the left
   */
  public int ink(int row, int column) {
    boolean inside = row >= 0 && row < SIDE && column >= 0 && column < SIDE;
    return inside ? Byte.toUnsignedInt(ink[row * SIDE + column]) : 0;
  }

  /**
   * {@return the same digit elsewhere in its picture; what leaves it is lost}
   *
   * @param down by how many rows
   * @param right by how many columns
   */
  Digit shifted(int down, int right) {
    byte[] moved = new byte[PIXELS];
    for (int row = 0; row < SIDE; row++) {
      for (int column = 0; column < SIDE; column++) {
        moved[row * SIDE + column] = (byte) ink(row - down, column - right);
      }
    }
    return new Digit(label, moved);
  }

  /**
   * Writes the pixels as the networks read them: ink / 256, from 0 to 255/256.
   *
   * @param to where
   * @param offset the first of {@link #PIXELS} elements
   */
  void copyTo(float[] to, int offset) {
    for (int i = 0; i < PIXELS; i++) {
      to[offset + i] = Byte.toUnsignedInt(ink[i]) / LEVELS;
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Digit that && label == that.label && Arrays.equals(ink, that.ink);
  }

  @Override
  public int hashCode() {
    return 31 * label + Arrays.hashCode(ink);
  }

  @Override
  public String toString() {
    return "a " + label;
  }
}
