package dev.halyard.tck.numerical;

import dev.halyard.DType;

/**
 * The arithmetic of rules N-301 to N-303.
 *
 * @param dtype the dtype of the results
 * @param terms KS: how many products a result sums
 */
record DotRule(DType dtype, long terms) {
  /** F16 and BF16 are storage: sums are carried out in F32. */
  private static final int ACCUMULATOR_BITS = 23;

  private static final double VARIANCE = 1.6;
  private static final double TIGHT_VARIANCE = 0.4;

  private int fractionBits() {
    return switch (dtype.name()) {
      case "F32" -> 23;
      case "F16" -> 10;
      case "BF16" -> 7;
      default -> throw new IllegalArgumentException("no rule for dot products in " + dtype);
    };
  }

  private double minNormal() {
    return dtype == DType.F16 ? 0x1p-14 : Float.MIN_NORMAL;
  }

  private double greatest() {
    return dtype == DType.F16 ? 65504 : Float.MAX_VALUE;
  }

  /** {@return ksb: the terms, less where sums are carried out in more bits than results have} */
  double ksb() {
    double narrowing = Math.pow(2, (ACCUMULATOR_BITS - fractionBits()) / 2.0);
    return Math.max(1, Math.ceil(terms / narrowing));
  }

  /**
   * {@return the size of an error of 1 in the rule's terms; NaN where the sum may overflow and
   * nothing is required}
   *
   * @param magnitude the sum of the products' magnitudes
   */
  double unit(double magnitude) {
    double unit = Math.scalb(magnitude, -1 - fractionBits());
    boolean mayOverflow = !(magnitude + 2 * ksb() * unit < greatest());
    return mayOverflow ? Double.NaN : Math.max(unit, minNormal());
  }

  /**
   * {@return the greatest error of an element; 0 where every product is zero}
   *
   * @param magnitude the sum of the products' magnitudes
   */
  double bound(double magnitude) {
    return magnitude == 0 ? 0 : 2 * ksb() * unit(magnitude);
  }

  /**
   * {@return the greatest mean of squared errors}
   *
   * @param tight whether the TIGHT level holds
   */
  double variance(boolean tight) {
    return (tight ? TIGHT_VARIANCE : VARIANCE) * ksb();
  }
}
