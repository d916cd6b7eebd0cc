package dev.halyard.tck.numerical;

import dev.halyard.DType;
import java.util.SplittableRandom;

/**
 * The data sets of rule N-301, after the TOSA specification's "Dot product accuracy requirements".
 * Values depend on the position k along the sum, so that operands fit together.
 */
enum DotData {
  /** Of every product, one factor is zero. */
  S0,
  /** Huge exponents. */
  S1,
  /** One product of 1 among small ones. */
  S2,
  /** One product of 256 among those of all sizes. */
  S3,
  /** Huge products with a zero in each, and one of a quarter. */
  S4,
  /** Wide and signed. */
  S5;

  private static final double HALF = 0.5;

  /** {@return whether the errors of a set have no sign of their own, so that bias shows (N-303)} */
  boolean showsBias() {
    return this == S3 || this == S4 || this == S5;
  }

  /** {@return whether errors spread, so that their variance says something (N-302)} */
  boolean showsVariance() {
    return this == S2 || showsBias();
  }

  /**
   * {@return a value of one operand}
   *
   * @param left whether it is the left operand
   * @param k the position along the sum
   * @param terms how long the sum is
   * @param dtype the dtype of the values, for the largest of them
   * @param random draws it
   */
  double value(boolean left, long k, long terms, DType dtype, SplittableRandom random) {
    double u = 2 * random.nextDouble() - 1;
    double sign = random.nextBoolean() ? 1 : -1;
    double large = greatestFactor(dtype);
    boolean zero = isZero(left, k);
    return switch (this) {
      case S0 -> zero ? 0 : u;
      case S1 -> large / Math.sqrt(terms + 1.0) * (sign * 0.75 + 0.25 * u);
      case S2 -> k == 0 ? 1 : u / Math.sqrt((double) terms);
      case S3 -> k == 0 ? sign * 16 : Math.exp(2 * sign * random.nextDouble()) * u;
      case S4 -> {
        if (k == terms / 2) {
          yield sign * HALF;
        }
        yield zero ? 0 : large / Math.sqrt((double) terms) * u;
      }
      case S5 -> large / Math.sqrt(terms + 1.0) * u;
    };
  }

  /** A fixed pattern, so that exactly one operand is zero at each k. */
  private static boolean isZero(boolean left, long k) {
    boolean leftIsZero = (Long.bitCount(k * 0x9E3779B97F4A7C15L) & 1) == 0;
    return leftIsZero == left;
  }

  /** {@return the greatest number whose square is finite, about} */
  private static double greatestFactor(DType dtype) {
    return dtype == DType.F16 ? 255.875 : 0x1p64 - 0x1p56;
  }
}
