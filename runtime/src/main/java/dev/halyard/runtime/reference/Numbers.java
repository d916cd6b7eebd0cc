package dev.halyard.runtime.reference;

import dev.halyard.DType;
import dev.halyard.spi.BFloat16;

/** Conversions between doubles, longs and the ranges of element types. */
final class Numbers {
  private Numbers() {}

  /** {@return the low bits of a long as a value of an integer type; BOOL is {@code value != 0}} */
  static long wrap(long value, DType dtype) {
    return switch (dtype.name()) {
      case "I8" -> (byte) value;
      case "U8" -> value & 0xFF;
      case "I16" -> (short) value;
      case "I32" -> (int) value;
      case "I64" -> value;
      case "BOOL" -> value == 0 ? 0 : 1;
      default -> throw new IllegalArgumentException(dtype + " is no integer type");
    };
  }

  static long least(DType dtype) {
    return switch (dtype.name()) {
      case "U8", "BOOL" -> 0;
      default -> -1L << (8 * dtype.bytes() - 1);
    };
  }

  static long greatest(DType dtype) {
    return switch (dtype.name()) {
      case "U8" -> 255;
      case "BOOL" -> 1;
      default -> ~least(dtype);
    };
  }

  /** {@return a double rounded once, to nearest even, to a float type} */
  static double round(double value, DType dtype) {
    return switch (dtype.name()) {
      case "F64" -> value;
      case "F32" -> (float) value;
      case "F16" -> Float.float16ToFloat(Float.floatToFloat16(toOdd(value)));
      case "BF16" -> BFloat16.toFloat(BFloat16.fromFloat(toOdd(value)));
      default -> throw new IllegalArgumentException(dtype + " is no float type");
    };
  }

  /**
   * {@return a double rounded to a float whose last bit is 1 unless it is exact}
   *
   * <p>Rounding that to a type of at most 22 bits gives what rounding the double once would (S.
   * Boldo, G. Melquiond, "Emulation of FMA and correctly rounded sums: proved algorithms using
   * rounding to odd", 2008); to nearest twice would not.
   */
  private static float toOdd(double value) {
    float nearest = (float) value;
    if (nearest == value || Double.isNaN(value) || Double.isInfinite(value)) {
      return nearest;
    }
    boolean odd = (Float.floatToRawIntBits(nearest) & 1) != 0;
    if (odd) {
      return nearest;
    }
    return nearest < value ? Math.nextUp(nearest) : Math.nextDown(nearest);
  }

  /** {@return a long rounded once to a float type} */
  static double toFloat(long value, DType dtype) {
    long magnitude = Math.abs(value);
    int excess = 64 - Long.numberOfLeadingZeros(magnitude) - 53;
    if (excess <= 0 || dtype == DType.F64) {
      return round((double) value, dtype);
    }
    // To odd, as above: the bits that a double has no room for leave a trace in its last bit.
    boolean exact = (magnitude & ((1L << excess) - 1)) == 0;
    double odd = Math.scalb((double) (magnitude >>> excess | (exact ? 0 : 1)), excess);
    return round(value < 0 ? -odd : odd, dtype);
  }

  /** {@return a double truncated and saturated to an integer type; 0 for NaN; BOOL is not zero} */
  static long toInteger(double value, DType dtype) {
    if (dtype == DType.BOOL) {
      return value != 0 ? 1 : 0;
    }
    return Math.clamp((long) value, least(dtype), greatest(dtype));
  }

  /** {@return the order of two doubles: NaN after every number and equal to itself, -0 as +0} */
  static int order(double a, double b) {
    if (Double.isNaN(a) || Double.isNaN(b)) {
      return Boolean.compare(Double.isNaN(a), Double.isNaN(b));
    }
    return a < b ? -1 : a > b ? 1 : 0;
  }
}
