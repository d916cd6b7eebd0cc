package dev.halyard.runtime.reference;

/**
 * The error function in double precision.
 *
 * <p>Two textbook expansions: the series of Abramowitz and Stegun 7.1.6, whose terms are all of one
 * sign so that nothing cancels, and Legendre's continued fraction 7.1.14 for the complement where
 * the series would collect rounding errors. Within 3 units in the last place.
 */
final class ErrorFunction {
  private static final double TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);
  private static final double ROOT_PI = Math.sqrt(Math.PI);
  private static final double SERIES_LIMIT = 1;
  // erfc(6) is 2.2e-17, less than half a unit in the last place of 1.
  private static final double ONE_FROM = 6;
  // Measured against 60 digits: at 1, where the fraction converges slowest, 120 levels leave 491
  // units in the last place of erf, 200 no more than the series has.
  private static final int LEVELS = 200;

  private ErrorFunction() {}

  /** {@return the error function; odd, -1 and 1 at the infinities, -0 at -0} */
  static double erf(double x) {
    double magnitude = Math.abs(x);
    if (magnitude < SERIES_LIMIT) {
      return series(x);
    }
    if (Double.isNaN(x)) {
      return x;
    }
    return Math.copySign(magnitude >= ONE_FROM ? 1 : 1 - complement(magnitude), x);
  }

  /** {@return 2/sqrt(pi) e^(-x^2) sum over n of 2^n x^(2n+1) / (1 3 5 ... (2n+1))} */
  private static double series(double x) {
    double square = 2 * x * x;
    double term = x;
    double sum = x;
    for (int odd = 3; Math.abs(term) > Math.abs(sum) * 0x1p-60; odd += 2) {
      term *= square / odd;
      sum += term;
    }
    return TWO_OVER_ROOT_PI * bell(x) * sum;
  }

  /** {@return e^(-x^2)/sqrt(pi) 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + 2/(x + ...)))))} */
  private static double complement(double x) {
    double fraction = x;
    for (int level = LEVELS; level >= 1; level--) {
      fraction = x + level / 2.0 / fraction;
    }
    return bell(x) / (ROOT_PI * fraction);
  }

  /** {@return e^(-x^2), with what the rounding of the square took away put back} */
  private static double bell(double x) {
    double square = x * x;
    double lost = Math.fma(x, x, -square);
    return StrictMath.exp(-square) * (1 - lost);
  }
}
