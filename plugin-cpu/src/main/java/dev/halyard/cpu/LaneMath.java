package dev.halyard.cpu;

import dev.halyard.cpu.LaneCode.Floats;
import dev.halyard.cpu.LaneCode.Ints;
import dev.halyard.cpu.LaneCode.Mask;

/**
 * Functions of a vector of floats, written in line. Limits, found by the tests against double: EXP,
 * LOG 3 ULP, TANH 5, SIGMOID 8, ERF 16.
 *
 * <p>Polynomials are minimax fits (Remez) made for this class in 50 digits and rounded to float;
 * each names the function, the interval and the error before rounding.
 */
final class LaneMath {
  // Adding 1.5 * 2^23 to |x| < 2^22 leaves the nearest integer (ties to even) in the low bits.
  private static final float TO_INTEGER = 0x1.8p23f;
  private static final int TO_INTEGER_BITS = Float.floatToRawIntBits(TO_INTEGER);
  private static final int EXPONENT_BIAS = 127;
  private static final int FRACTION_BITS = 23;

  private static final float LOG2_E = 0x1.715476p0f;
  // ln 2 = HIGH + LOW, HIGH the nearest float: x - n * HIGH is exact in an fma, because both are
  // multiples of 2^-25 and their difference is below 0.35.
  private static final float LN2_HIGH = 0x1.62e43p-1f;
  private static final float LN2_LOW = -0x1.05c61p-29f;
  // ln 2 in 15 bits and the rest: an exponent times the first is exact.
  private static final float LN2_SHORT = 0x1.62e4p-1f;
  private static final float LN2_REST = 0x1.7f7d1cp-20f;
  private static final int SQRT_HALF_BITS = 0x3F35_04F3;
  private static final float SQRT_HALF = 0.70710677f;
  // 2 sqrt(2 / pi), of the tanh form of GELU (arXiv:1606.08415).
  private static final float TWO_SQRT_TWO_OVER_PI = 1.595769f;

  // (e^r - 1 - r) / r^2 on |r| <= ln(2) / 2; relative error of e^r 3.1e-9.
  private static final float[] EXP_FIT = {
    0.5f, 0.16666518f, 0.041666206f, 0.00836889f, 0.0013950492f
  };
  // -ln(1 - erf(x)) / x on [0, 4]; relative error of erf 4.0e-9.
  private static final float[] ERF_FIT = {
    1.1283792f,
    0.6366194f,
    0.10277783f,
    -0.019153064f,
    -0.00016039531f,
    0.0016670267f,
    -0.0006328364f,
    0.000117641146f,
    -9.256251e-6f
  };
  // ln((1 + s) / (1 - s)) = 2s + s * (2/3 s^2 + 2/5 s^4 + ...); |s| <= 0.1716, the first term left
  // out is below 2e-9 of the sum.
  private static final float[] LOG_SERIES = {2 / 3f, 2 / 5f, 2 / 7f, 2 / 9f};

  private final LaneCode code;

  LaneMath(LaneCode code) {
    this.code = code;
  }

  /**
   * {@return a function of x}
   *
   * @param op any but SIN and COS
   * @param x its argument
   */
  Floats unary(Unary op, Floats x) {
    return switch (op) {
      case NEG -> code.neg(x);
      case ABS -> code.abs(x);
      case FLOOR, CEIL, ROUND -> integer(op, x);
      case SQRT -> code.sqrt(x);
      case EXP -> exp(x);
      case LOG -> log(x);
      case TANH -> tanh(x);
      case ERF -> erf(x);
      case RELU -> code.select(code.compare(Comparison.LE, x, 0), code.constant(0), x);
      case SIGMOID -> sigmoid(x, code.constant(1));
      case SILU -> sigmoid(x, x);
      case GELU_ERF -> {
        Floats erf = erf(code.mul(x, SQRT_HALF));
        yield code.mul(code.mul(x, 0.5f), code.add(erf, code.constant(1)));
      }
      case GELU_TANH -> {
        // (1 + tanh z) / 2 = sigmoid(2z)
        Floats cube = code.mul(code.mul(x, x), x);
        Floats inner = code.fma(cube, code.constant(0.044715f), x);
        yield sigmoid(code.mul(inner, TWO_SQRT_TWO_OVER_PI), x);
      }
      case SIN, COS -> throw new IllegalArgumentException(op + " has no vector form");
    };
  }

  private Floats integer(Unary op, Floats x) {
    // Above 2^23 all floats are integers; below, adding it rounds half to even.
    Floats magnitude = code.abs(x);
    Floats shift = code.constant(0x1p23f);
    Floats nearest = code.sub(code.add(magnitude, shift), shift);
    Floats rounded = code.copySign(nearest, x);
    if (op == Unary.FLOOR) {
      Floats below = code.sub(rounded, code.constant(1));
      rounded = code.select(code.compare(Comparison.GT, rounded, x), below, rounded);
    } else if (op == Unary.CEIL) {
      Floats above = code.add(rounded, code.constant(1));
      rounded = code.select(code.compare(Comparison.LT, rounded, x), above, rounded);
    }
    Mask fraction = code.compare(Comparison.LT, magnitude, 0x1p23f);
    return code.select(fraction, code.copySign(rounded, x), x);
  }

  /** What e^x = (1 + fraction) * 2^exponent is made of. */
  private record Power(Floats fraction, Ints exponent) {}

  private Power power(Floats x) {
    Floats shifted = code.fma(x, code.constant(LOG2_E), code.constant(TO_INTEGER));
    Floats n = code.sub(shifted, code.constant(TO_INTEGER));
    Floats r = code.fma(n, code.constant(-LN2_HIGH), x);
    r = code.fma(n, code.constant(-LN2_LOW), r);
    Floats fraction = code.fma(code.mul(r, r), code.polynomial(r, EXP_FIT), r);
    return new Power(fraction, code.add(code.bits(shifted), -TO_INTEGER_BITS));
  }

  private Floats powerOfTwo(Ints exponent) {
    return code.values(code.shiftLeft(code.add(exponent, EXPONENT_BIAS), FRACTION_BITS));
  }

  private Floats exp(Floats x) {
    // Past these bounds the result is infinite or 0 all the same. A NaN passes every comparison.
    Floats bounded = code.select(code.compare(Comparison.GT, x, 89), code.constant(89), x);
    bounded = code.select(code.compare(Comparison.LT, x, -105), code.constant(-105), bounded);
    Power power = power(bounded);
    // Two factors, so that neither overflows and a subnormal result is rounded once.
    Ints half = code.shiftRight(power.exponent, 1);
    Floats first = powerOfTwo(half);
    Floats second = powerOfTwo(code.sub(power.exponent, half));
    Floats sum = code.add(power.fraction, code.constant(1));
    return code.mul(code.mul(sum, first), second);
  }

  /** e^x - 1 for |x| up to 60, exact to the last bits near 0. */
  private Floats expMinusOne(Floats x) {
    Power power = power(x);
    Floats scale = powerOfTwo(power.exponent);
    return code.fma(scale, power.fraction, code.sub(scale, code.constant(1)));
  }

  private Floats tanh(Floats x) {
    // tanh x = (e^2x - 1) / (e^2x + 1); from 9.02 on it rounds to 1.
    Floats magnitude = atMost(code.abs(x), 10);
    Floats e = expMinusOne(code.add(magnitude, magnitude));
    return code.copySign(code.div(e, code.add(e, code.constant(2))), x);
  }

  private Floats erf(Floats x) {
    // 1 - erf(4) is 1.5e-8, so that erf rounds to 1 from there on.
    Floats magnitude = atMost(code.abs(x), 4);
    Floats exponent = code.mul(magnitude, code.polynomial(magnitude, ERF_FIT));
    return code.copySign(expMinusOne(code.neg(exponent)), x);
  }

  /** numerator / (1 + e^-x), by the power of -|x|, which can't overflow. */
  private Floats sigmoid(Floats x, Floats numerator) {
    Floats power = exp(code.neg(code.abs(x)));
    Mask negative = code.compare(Comparison.LT, x, 0);
    Floats factor = code.select(negative, power, code.constant(1));
    return code.div(code.mul(numerator, factor), code.add(power, code.constant(1)));
  }

  private Floats log(Floats x) {
    Mask subnormal = code.compare(Comparison.LT, x, Float.MIN_NORMAL);
    Floats normal = code.select(subnormal, code.mul(x, 0x1p24f), x);
    Floats lost = code.select(subnormal, code.constant(-24), code.constant(0));
    Ints bits = code.bits(normal);
    // x = m * 2^k with m from sqrt(1/2) to sqrt(2).
    Ints k = code.shiftRight(code.add(bits, -SQRT_HALF_BITS), FRACTION_BITS);
    Floats m = code.values(code.sub(bits, code.shiftLeft(k, FRACTION_BITS)));
    Floats shifted = code.values(code.add(k, TO_INTEGER_BITS));
    Floats exponent = code.add(code.sub(shifted, code.constant(TO_INTEGER)), lost);

    // ln m = f - f^2/2 + s * (f^2/2 + R(s^2)), where s = f / (2 + f): the leading terms are exact.
    Floats f = code.sub(m, code.constant(1));
    Floats s = code.div(f, code.add(f, code.constant(2)));
    Floats square = code.mul(s, s);
    Floats rest = code.mul(square, code.polynomial(square, LOG_SERIES));
    Floats half = code.mul(code.mul(f, f), 0.5f);
    Floats low = code.fma(exponent, code.constant(LN2_REST), code.mul(s, code.add(half, rest)));
    Floats fraction = code.sub(f, code.sub(half, low));
    Floats result = code.fma(exponent, code.constant(LN2_SHORT), fraction);

    Mask infinite = code.compare(Comparison.EQ, x, Float.POSITIVE_INFINITY);
    result = code.select(infinite, x, result);
    Mask zero = code.compare(Comparison.EQ, x, 0);
    result = code.select(zero, code.constant(Float.NEGATIVE_INFINITY), result);
    Mask defined = code.compare(Comparison.GE, x, 0);
    return code.select(defined, result, code.constant(Float.NaN));
  }

  private Floats atMost(Floats x, float limit) {
    return code.select(code.compare(Comparison.GT, x, limit), code.constant(limit), x);
  }
}
