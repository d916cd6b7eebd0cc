package dev.halyard.tck.numerical;

import dev.halyard.DType;

/**
 * The numbers of a float type.
 *
 * @param dtype the type
 * @param fractionBits the bits after the binary point of a normal number
 * @param leastExponent the exponent of the least normal number
 * @param greatest the greatest number
 */
record FloatType(DType dtype, int fractionBits, int leastExponent, double greatest) {
  static FloatType of(DType dtype) {
    return switch (dtype.name()) {
      case "F64" -> new FloatType(dtype, 52, Double.MIN_EXPONENT, Double.MAX_VALUE);
      case "F32" -> new FloatType(dtype, 23, Float.MIN_EXPONENT, Float.MAX_VALUE);
      case "F16" -> new FloatType(dtype, 10, -14, 65504);
      case "BF16" ->
          new FloatType(dtype, 7, Float.MIN_EXPONENT, Math.scalb(2 - 0x1p-7, Float.MAX_EXPONENT));
      default -> throw new IllegalArgumentException(dtype + " is no float type");
    };
  }

  /** {@return the distance of the numbers about a value} */
  double ulp(double value) {
    return Math.scalb(1.0, Math.max(Math.getExponent(value), leastExponent) - fractionBits);
  }

  /** {@return the least number that rounds to infinity} */
  double overflow() {
    return greatest + ulp(greatest) / 2;
  }

  /** {@return the least normal number} */
  double minNormal() {
    return Math.scalb(1.0, leastExponent);
  }

  /** {@return half the distance of the numbers above 1} */
  double unitRoundoff() {
    return Math.scalb(1.0, -1 - fractionBits);
  }
}
