package dev.halyard.runtime.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.MathContext;
import org.junit.jupiter.api.Test;

class ErrorFunctionTests {
  private static final MathContext DIGITS = new MathContext(60);
  private static final BigDecimal TWO_OVER_ROOT_PI =
      BigDecimal.TWO.divide(
          new BigDecimal("3.14159265358979323846264338327950288419716939937510582097494459")
              .sqrt(DIGITS),
          DIGITS);

  /** {@return the Taylor series about 0 (Abramowitz and Stegun 7.1.5) in 60 digits} */
  private static BigDecimal exact(double x) {
    BigDecimal square = new BigDecimal(x).pow(2, DIGITS).negate();
    BigDecimal power = new BigDecimal(x);
    BigDecimal sum = power;
    for (int n = 1; n < 200; n++) {
      power = power.multiply(square, DIGITS).divide(BigDecimal.valueOf(n), DIGITS);
      sum = sum.add(power.divide(BigDecimal.valueOf(2L * n + 1), DIGITS), DIGITS);
    }
    return sum.multiply(TWO_OVER_ROOT_PI, DIGITS);
  }

  @Test
  void theErrorIsAFewUnitsInTheLastPlace() {
    double worst = 0;
    for (double x = -6.4; x <= 6.4; x += 0.0273) {
      worst = Math.max(worst, unitsOff(x));
    }
    for (double x = 1; x > 1e-300; x /= 1000) {
      worst = Math.max(worst, unitsOff(x));
    }
    assertTrue(worst <= 3, "off by " + worst + " units in the last place");
  }

  private static double unitsOff(double x) {
    double found = ErrorFunction.erf(x);
    return new BigDecimal(found).subtract(exact(x)).abs().doubleValue() / Math.ulp(found);
  }

  @Test
  void limitsAndSignsAreKept() {
    assertEquals(1, ErrorFunction.erf(Double.POSITIVE_INFINITY));
    assertEquals(-1, ErrorFunction.erf(Double.NEGATIVE_INFINITY));
    assertEquals(-0.0, ErrorFunction.erf(-0.0));
    assertEquals(Double.NaN, ErrorFunction.erf(Double.NaN));
    assertEquals(1, ErrorFunction.erf(Double.MAX_VALUE));
  }
}
