package dev.halyard.opencl.code;

import dev.halyard.DType;
import java.util.List;

/**
 * How many elements become one.
 *
 * @param op the operation on two: {@code add/1}, {@code mul/1}, {@code max/1}, {@code min/1}
 * @param dtype of the elements
 * @param start the result for no elements
 */
record Accumulator(String op, DType dtype, Expr.Constant start) {
  /** {@return the accumulator of a reduction} */
  static Accumulator of(String reduction, DType dtype) {
    return switch (reduction) {
      case "reduce_sum/1" -> new Accumulator("add/1", dtype, new Expr.Constant(dtype, 0, 0));
      case "reduce_prod/1" -> new Accumulator("mul/1", dtype, new Expr.Constant(dtype, 1, 1));
      case "reduce_max/1" ->
          new Accumulator(
              "max/1", dtype, new Expr.Constant(dtype, Double.NEGATIVE_INFINITY, least(dtype)));
      case "reduce_min/1" ->
          new Accumulator(
              "min/1", dtype, new Expr.Constant(dtype, Double.POSITIVE_INFINITY, greatest(dtype)));
      default -> throw new IllegalArgumentException(reduction + " is no reduction");
    };
  }

  private static long least(DType dtype) {
    return switch (dtype.name()) {
      case "I8" -> Byte.MIN_VALUE;
      case "I16" -> Short.MIN_VALUE;
      case "I32" -> Integer.MIN_VALUE;
      case "I64" -> Long.MIN_VALUE;
      default -> 0;
    };
  }

  private static long greatest(DType dtype) {
    return switch (dtype.name()) {
      case "I8" -> Byte.MAX_VALUE;
      case "U8" -> 0xFF;
      case "I16" -> Short.MAX_VALUE;
      case "I32" -> Integer.MAX_VALUE;
      default -> Long.MAX_VALUE;
    };
  }

  /** {@return the C type of sums at a width} */
  String type(int width) {
    return ExprWriter.type(dtype, width);
  }

  String initial(int width) {
    String one = Types.literal(dtype, start.number, start.integer);
    return width == 1 ? one : "(" + type(width) + ")(" + one + ")";
  }

  /** {@return an expression for two sums joined} */
  String join(int width, String x, String y) {
    return ExprWriter.combine(op, dtype, width, List.of(x, y));
  }
}
