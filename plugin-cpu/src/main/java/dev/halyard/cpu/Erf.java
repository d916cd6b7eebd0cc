package dev.halyard.cpu;

/**
 * The error function.
 *
 * <p>F64: for |x| below 3 the series 2/sqrt(pi) e^(-x^2) sum of 2^n x^(2n+1) / (2n+1)!!, whose
 * terms are all of one sign (Abramowitz and Stegun 7.1.6); above it 1 minus the continued fraction
 * of erfc (7.1.14). F32: the Taylor expansion to the fourth order around the nearest of the points
 * i / 32, in double, which is exact to about 1e-9.
 */
final class Erf {
  private static final double TWO_OVER_SQRT_PI = 1.1283791670955126;
  private static final int STEPS = 32;
  // erf(4) differs from 1 by 1.5e-8, less than half an ULP of the greatest float below 1.
  private static final int LIMIT = 4;
  private static final double[] VALUE = new double[STEPS * LIMIT + 1];
  private static final double[] SLOPE = new double[STEPS * LIMIT + 1];

  static {
    for (int i = 0; i < VALUE.length; i++) {
      double x = (double) i / STEPS;
      VALUE[i] = f64(x);
      SLOPE[i] = TWO_OVER_SQRT_PI * Math.exp(-x * x);
    }
  }

  private Erf() {}

  static double f64(double x) {
    double u = Math.abs(x);
    if (Double.isNaN(u)) {
      return x;
    }
    double erf = u < 3 ? series(u) : u < 6 ? 1 - complement(u) : 1;
    return Math.copySign(erf, x);
  }

  private static double series(double u) {
    double term = u;
    double sum = u;
    for (int n = 1; term > sum * 1e-17; n++) {
      term *= 2 * u * u / (2 * n + 1);
      sum += term;
    }
    return TWO_OVER_SQRT_PI * Math.exp(-u * u) * sum;
  }

  private static double complement(double u) {
    // erfc(u) = e^(-u^2) / sqrt(pi) / (u + (1/2)/(u + 1/(u + (3/2)/(u + ...)))); from 3 on, 60
    // levels are exact to double.
    double fraction = u;
    for (int n = 60; n >= 1; n--) {
      fraction = u + n / 2.0 / fraction;
    }
    return TWO_OVER_SQRT_PI / 2 * Math.exp(-u * u) / fraction;
  }

  static float f32(float x) {
    double u = Math.abs(x);
    if (!(u < LIMIT)) {
      return Double.isNaN(u) ? x : Math.copySign(1f, x);
    }
    int i = (int) (u * STEPS + 0.5);
    double a = (double) i / STEPS;
    double h = u - a;
    // The derivatives of e^(-a^2): erf'' = -2a erf', erf''' = (4a^2 - 2) erf', erf'''' = (12a -
    // 8a^3) erf'.
    double taylor = h * (1 + h * (-a + h * ((2 * a * a - 1) / 3 + h * (a / 2 - a * a * a / 3))));
    // At 0 the even terms vanish, and the fifth keeps the relative error of small results.
    if (i == 0) {
      taylor += h * h * h * h * h / 10;
    }
    return (float) Math.copySign(VALUE[i] + SLOPE[i] * taylor, x);
  }
}
