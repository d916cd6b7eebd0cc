package dev.halyard.cpu;

/** One element at a time; F32 results are those of double arithmetic rounded once. */
final class ScalarMath {
  private static final double SQRT_HALF = 0.7071067811865476;
  // sqrt(2 / pi), of the tanh form of GELU (arXiv:1606.08415).
  private static final double SQRT_TWO_OVER_PI = 0.7978845608028654;

  private ScalarMath() {}

  static float unary(Unary op, float x) {
    return switch (op) {
      case NEG -> -x;
      case ABS -> Math.abs(x);
      case ERF -> Erf.f32(x);
      case RELU -> Math.max(x, 0f);
      default -> (float) unary(op, (double) x);
    };
  }

  static double unary(Unary op, double x) {
    return switch (op) {
      case NEG -> -x;
      case ABS -> Math.abs(x);
      case FLOOR -> Math.floor(x);
      case CEIL -> Math.ceil(x);
      case ROUND -> Math.rint(x);
      case SQRT -> Math.sqrt(x);
      case EXP -> Math.exp(x);
      case LOG -> Math.log(x);
      case SIN -> Math.sin(x);
      case COS -> Math.cos(x);
      case TANH -> Math.tanh(x);
      case ERF -> Erf.f64(x);
      case RELU -> Math.max(x, 0);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case SILU -> x / (1 + Math.exp(-x));
      case GELU_ERF -> 0.5 * x * (1 + Erf.f64(x * SQRT_HALF));
      case GELU_TANH -> 0.5 * x * (1 + Math.tanh(SQRT_TWO_OVER_PI * (x + 0.044715 * x * x * x)));
    };
  }

  static float binary(Binary op, float x, float y) {
    return switch (op) {
      case ADD -> x + y;
      case SUB -> x - y;
      case MUL -> x * y;
      case DIV -> x / y;
      case REM -> x % y;
      case POW -> (float) Math.pow(x, y);
      case MIN -> Math.min(x, y);
      case MAX -> Math.max(x, y);
    };
  }

  static double binary(Binary op, double x, double y) {
    return switch (op) {
      case ADD -> x + y;
      case SUB -> x - y;
      case MUL -> x * y;
      case DIV -> x / y;
      case REM -> x % y;
      case POW -> Math.pow(x, y);
      case MIN -> Math.min(x, y);
      case MAX -> Math.max(x, y);
    };
  }

  /** Wrapping; the caller narrows the result to the element type. */
  static long binary(Binary op, long x, long y) {
    return switch (op) {
      case ADD -> x + y;
      case SUB -> x - y;
      case MUL -> x * y;
      case DIV -> y == 0 ? 0 : x / y;
      case REM -> y == 0 ? 0 : x % y;
      case POW -> power(x, y);
      case MIN -> Math.min(x, y);
      case MAX -> Math.max(x, y);
    };
  }

  private static long power(long x, long y) {
    if (y < 0) {
      return x == 1 ? 1 : x == -1 ? ((y & 1) == 0 ? 1 : -1) : 0;
    }
    long power = 1;
    for (long square = x, rest = y; rest != 0; rest >>= 1, square *= square) {
      if ((rest & 1) != 0) {
        power *= square;
      }
    }
    return power;
  }

  static boolean compare(Comparison op, double x, double y) {
    return switch (op) {
      case EQ -> x == y;
      case NE -> x != y;
      case LT -> x < y;
      case LE -> x <= y;
      case GT -> x > y;
      case GE -> x >= y;
    };
  }

  static boolean compare(Comparison op, long x, long y) {
    return switch (op) {
      case EQ -> x == y;
      case NE -> x != y;
      case LT -> x < y;
      case LE -> x <= y;
      case GT -> x > y;
      case GE -> x >= y;
    };
  }
}
