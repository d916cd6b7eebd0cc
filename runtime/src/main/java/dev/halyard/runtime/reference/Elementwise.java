package dev.halyard.runtime.reference;

import dev.halyard.DType;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/** Element by element. */
final class Elementwise {
  private Elementwise() {}

  static void declareAll(Primitive.Registry into) {
    unary(into, "neg/1", x -> -x, x -> -x);
    unary(into, "abs/1", Math::abs, Math::abs);
    function(into, "floor/1", Math::floor);
    function(into, "ceil/1", Math::ceil);
    function(into, "round/1", Math::rint);
    function(into, "sqrt/1", Math::sqrt);
    function(into, "exp/1", StrictMath::exp);
    function(into, "log/1", StrictMath::log);
    function(into, "sin/1", StrictMath::sin);
    function(into, "cos/1", StrictMath::cos);
    function(into, "tanh/1", StrictMath::tanh);
    function(into, "erf/1", ErrorFunction::erf);
    truth(into, "not/1", x -> 1 - x);

    binary(into, "add/1", Double::sum, Long::sum);
    binary(into, "sub/1", (x, y) -> x - y, (x, y) -> x - y);
    binary(into, "mul/1", (x, y) -> x * y, (x, y) -> x * y);
    binary(into, "div/1", (x, y) -> x / y, (x, y) -> y == 0 ? 0 : x / y);
    binary(into, "rem/1", (x, y) -> x % y, (x, y) -> y == 0 ? 0 : x % y);
    binary(into, "pow/1", StrictMath::pow, Elementwise::power);
    binary(into, "min/1", Math::min, Math::min);
    binary(into, "max/1", Math::max, Math::max);
    truths(into, "and/1", (x, y) -> x & y);
    truths(into, "or/1", (x, y) -> x | y);

    comparison(into, "eq/1", (x, y) -> x == y, (x, y) -> x == y);
    comparison(into, "ne/1", (x, y) -> x != y, (x, y) -> x != y);
    comparison(into, "lt/1", (x, y) -> x < y, (x, y) -> x < y);
    comparison(into, "le/1", (x, y) -> x <= y, (x, y) -> x <= y);
    comparison(into, "gt/1", (x, y) -> x > y, (x, y) -> x > y);
    comparison(into, "ge/1", (x, y) -> x >= y, (x, y) -> x >= y);

    into.addSingle("select/1", Elementwise::select);
    into.addSingle("cast/1", call -> cast(call.operand(0), call.attributes().dtype("to")));
  }

  @FunctionalInterface
  private interface DoubleTest {
    boolean holds(double x, double y);
  }

  @FunctionalInterface
  private interface LongTest {
    boolean holds(long x, long y);
  }

  private static void unary(
      Primitive.Registry into, String id, DoubleUnaryOperator floats, LongUnaryOperator integers) {
    into.addSingle(
        id,
        call -> {
          Array x = call.operand(0);
          Array out = Array.zeros(x.dtype(), x.shape());
          for (int i = 0; i < x.size(); i++) {
            if (x.isFloat()) {
              out.set(i, floats.applyAsDouble(x.number(i)));
            } else {
              out.set(i, integers.applyAsLong(x.integer(i)));
            }
          }
          return out;
        });
  }

  private static void function(Primitive.Registry into, String id, DoubleUnaryOperator floats) {
    unary(into, id, floats, x -> unsupported(id));
  }

  private static void truth(Primitive.Registry into, String id, LongUnaryOperator truths) {
    unary(into, id, x -> unsupported(id), truths);
  }

  private static void binary(
      Primitive.Registry into,
      String id,
      DoubleBinaryOperator floats,
      LongBinaryOperator integers) {
    into.addSingle(
        id,
        call -> {
          Array x = call.operand(0);
          Array y = call.operand(1);
          Array out = Array.zeros(x.dtype(), x.shape());
          for (int i = 0; i < x.size(); i++) {
            if (x.isFloat()) {
              out.set(i, floats.applyAsDouble(x.number(i), y.number(i)));
            } else {
              out.set(i, integers.applyAsLong(x.integer(i), y.integer(i)));
            }
          }
          return out;
        });
  }

  private static void truths(Primitive.Registry into, String id, LongBinaryOperator truths) {
    binary(into, id, (x, y) -> unsupported(id), truths);
  }

  private static void comparison(
      Primitive.Registry into, String id, DoubleTest floats, LongTest integers) {
    into.addSingle(
        id,
        call -> {
          Array x = call.operand(0);
          Array y = call.operand(1);
          Array out = Array.zeros(DType.BOOL, x.shape());
          for (int i = 0; i < x.size(); i++) {
            boolean holds =
                x.isFloat()
                    ? floats.holds(x.number(i), y.number(i))
                    : integers.holds(x.integer(i), y.integer(i));
            out.set(i, holds ? 1 : 0);
          }
          return out;
        });
  }

  private static long unsupported(String id) {
    throw new IllegalArgumentException(id + " is not defined on this element type");
  }

  /** {@return a wrapping product of {@code y} factors; 1 / x^-y truncated where y is negative} */
  private static long power(long x, long y) {
    if (y < 0) {
      return x == 1 ? 1 : x == -1 ? ((y & 1) == 0 ? 1 : -1) : 0;
    }
    long power = 1;
    for (long square = x, left = y; left > 0; square *= square, left >>= 1) {
      if ((left & 1) != 0) {
        power *= square;
      }
    }
    return power;
  }

  private static Array select(Primitive.Call call) {
    Array condition = call.operand(0);
    Array out = Array.zeros(call.operand(1).dtype(), condition.shape());
    for (int i = 0; i < out.size(); i++) {
      out.copy(i, call.operand(condition.integer(i) != 0 ? 1 : 2), i);
    }
    return out;
  }

  static Array cast(Array x, DType to) {
    Array out = Array.zeros(to, x.shape());
    for (int i = 0; i < x.size(); i++) {
      if (x.isFloat() && to.isFloat()) {
        out.set(i, Numbers.round(x.number(i), to));
      } else if (x.isFloat()) {
        out.set(i, Numbers.toInteger(x.number(i), to));
      } else if (to.isFloat()) {
        out.set(i, Numbers.toFloat(x.integer(i), to));
      } else {
        out.set(i, x.integer(i));
      }
    }
    return out;
  }
}
