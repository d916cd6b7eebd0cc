package dev.halyard.testkit;

import dev.halyard.DType;
import java.util.Set;

/** How far a device may be from the exact result of one primitive. */
final class Accuracy {
  private static final double DOUBLE_UNIT = 0x1p-53;

  private Accuracy() {}

  /**
   * {@return the error that an elementwise primitive may have on a device that rounds some of them
   * correctly}
   */
  static double units(String op, Set<String> rounded) {
    return Math.min(units(op), rounded.contains(op) ? 0.5 : Double.POSITIVE_INFINITY);
  }

  /**
   * {@return the error that an elementwise primitive may have, in units in the last place of the
   * type it computes in}
   *
   * <p>The full profile of OpenCL C, section 7.4, and for sigmoid, tanh and erf what the
   * conformance kit asks; 0 where the result is exact.
   */
  private static double units(String op) {
    return switch (op) {
      case "add/1", "sub/1", "mul/1", "cast/1", "dequantize/1", "iota/1" -> 0.5;
      case "div/1" -> 2.5;
      case "sqrt/1", "exp/1", "log/1" -> 3;
      case "sin/1", "cos/1" -> 4;
      case "tanh/1" -> 5;
      case "erf/1", "pow/1" -> 16;
      default -> 0;
    };
  }

  /** {@return the type that arithmetic on a type is carried out in} */
  static DType computed(DType type) {
    return type == DType.F64 ? DType.F64 : DType.F32;
  }

  private static int precision(DType type) {
    return switch (type.name()) {
      case "F64" -> 53;
      case "F32" -> 24;
      case "F16" -> 11;
      default -> 8;
    };
  }

  private static int leastExponent(DType type) {
    return switch (type.name()) {
      case "F64" -> Double.MIN_EXPONENT;
      case "F16" -> -14;
      default -> Float.MIN_EXPONENT;
    };
  }

  /** {@return the distance of a type's numbers about a value; that of denormals at the least} */
  static double ulp(DType type, double value) {
    int exponent = Math.max(Math.getExponent(value), leastExponent(type));
    return Math.scalb(1.0, exponent - precision(type) + 1);
  }

  /** {@return the least normal number of a type} */
  static double minNormal(DType type) {
    return Math.scalb(1.0, leastExponent(type));
  }

  /** {@return half the distance of a type's numbers above 1} */
  static double unitRoundoff(DType type) {
    return Math.scalb(1.0, -precision(type));
  }

  /** {@return the least number that rounds to infinity; for F64 the greatest number there is} */
  static double overflow(DType type) {
    return switch (type.name()) {
      case "F64" -> Double.MAX_VALUE;
      case "F16" -> 65520;
      default -> Math.scalb(2 - Math.scalb(1.0, -precision(type)), Float.MAX_EXPONENT);
    };
  }

  /** {@return the greatest number of a type} */
  static double greatest(DType type) {
    return switch (type.name()) {
      case "F64" -> Double.MAX_VALUE;
      case "F16" -> 65504;
      default -> Math.scalb(2 - Math.scalb(1.0, 1 - precision(type)), Float.MAX_EXPONENT);
    };
  }

  /** {@return the error of a result, computed with some units of error and stored in its type} */
  static double error(double units, DType type, double value) {
    // What is exactly 0 has no error: errors are relative, and 0 has no nearer neighbours.
    if (units == 0 || value == 0 || !Double.isFinite(value)) {
      return 0;
    }
    DType computed = computed(type);
    double error = units * ulp(computed, value) + storage(type, value);
    // The reference has an error of its own, beside which 0.5 units of F32 would be exact.
    return type == DType.F64 ? error : error + Math.abs(value) * 4 * DOUBLE_UNIT;
  }

  /** {@return the error of storing a computed value in a narrower type} */
  static double storage(DType type, double value) {
    return computed(type) == type || !Double.isFinite(value) ? 0 : 0.5 * ulp(type, value);
  }

  /**
   * {@return the error of a sum of products in any order}
   *
   * <p>N. Higham, "Accuracy and Stability of Numerical Algorithms", section 3.1: gamma(n) times the
   * sum of the magnitudes; and the products' underflow.
   */
  static double sum(DType type, double terms, double magnitudes, double value) {
    if (magnitudes == 0) {
      return 0;
    }
    DType computed = computed(type);
    // The reference sums F64 with an error of the same size.
    double both = type == DType.F64 ? 2 : 1;
    double underflow = terms * ulp(computed, 0);
    return both * ((terms + 1) * unitRoundoff(computed) * magnitudes + underflow)
        + storage(type, value);
  }
}
