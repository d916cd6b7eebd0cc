package dev.halyard.testkit;

import dev.halyard.DType;
import dev.halyard.Tensor;
import dev.halyard.spi.NodeView;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The ends of the operands of an elementwise primitive, in all combinations.
 *
 * <p>A function that rises or falls in each operand has its least and greatest value at such a
 * corner. Where a primitive does neither, {@link #isUncertain} says so or the result is widened.
 */
final class Corners {
  private final String op;
  private final List<Enclosure> operands;
  private final boolean square;
  // Scales and zero points are not of the shape of the result; they count as one.
  private final List<Enclosure> shaped;
  private final boolean certain;

  Corners(NodeView node, List<Enclosure> operands) {
    this.op = node.op();
    this.operands = operands;
    boolean scaled = op.equals("quantize/1") || op.equals("dequantize/1");
    this.shaped = scaled ? operands.subList(0, 1) : operands;
    this.certain =
        operands.subList(shaped.size(), operands.size()).stream().allMatch(Enclosure::isExact);
    this.square = op.equals("mul/1") && node.inputs().get(0).equals(node.inputs().get(1));
  }

  /** {@return the operands at one corner; null if another corner is the same} */
  @Nullable List<Tensor> ends(int corner) {
    if (square && corner != 0 && corner != 3) {
      return null;
    }
    List<Tensor> ends = new ArrayList<>();
    for (int k = 0; k < operands.size(); k++) {
      Enclosure x = operands.get(k);
      boolean atHigh = (corner >> k & 1) != 0;
      if (atHigh && x.low == x.high) {
        return null;
      }
      ends.add(atHigh ? x.high : x.low);
    }
    return ends;
  }

  private boolean isExact(long i) {
    return shaped.stream().allMatch(x -> x.isExact(i));
  }

  private static boolean holdsZero(Enclosure x, long i) {
    return x.low(i) <= 0 && x.high(i) >= 0;
  }

  private static boolean isUnbounded(Enclosure x, long i) {
    return Double.isInfinite(x.low(i)) || Double.isInfinite(x.high(i));
  }

  /** {@return whether the corners say nothing about one element} */
  boolean isUncertain(long i) {
    if (!certain || shaped.stream().anyMatch(x -> x.isLoose(i))) {
      return true;
    }
    if (isExact(i)) {
      return false;
    }
    Enclosure first = operands.getFirst();
    return switch (op) {
      case "add/1", "sub/1", "neg/1", "abs/1" -> !first.isFloat();
      case "mul/1" ->
          !first.isFloat()
              || (holdsZero(first, i) && isUnbounded(operands.get(1), i))
              || (holdsZero(operands.get(1), i) && isUnbounded(first, i));
      case "div/1" -> !first.isFloat() || holdsZero(operands.get(1), i);
      case "rem/1" -> true;
      case "pow/1" -> !first.isFloat() || !(first.low(i) > 0);
      default -> false;
    };
  }

  /** Sets both ends of a float result; true if NaN is one of several possible results. */
  boolean spans(List<Tensor> results, long i, Tensor low, Tensor high) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    boolean undefined = false;
    for (Tensor result : results) {
      double value = result.getDouble(i);
      undefined |= Double.isNaN(value);
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    if (!undefined && !isExact(i)) {
      Enclosure x = operands.getFirst();
      if ((square || op.equals("abs/1")) && holdsZero(x, i)) {
        least = 0;
      }
      if (op.equals("sin/1") || op.equals("cos/1")) {
        // No steeper than 1.
        double width = x.high(i) - x.low(i);
        least = Math.max(-1, least - width);
        most = Math.min(1, most + width);
      }
    }
    low.setDouble(i, least);
    high.setDouble(i, most);
    return undefined && !isExact(i);
  }

  /** {@return what no correct result is below} */
  double floor(long i) {
    boolean positive = square || op.equals("exp/1") || op.equals("sqrt/1") || op.equals("abs/1");
    boolean ofPositive =
        (op.equals("mul/1") || op.equals("div/1") || op.equals("add/1"))
            && shaped.stream().allMatch(x -> x.low(i) >= 0);
    return positive || ofPositive ? 0 : Double.NEGATIVE_INFINITY;
  }

  /** Sets both ends of an integer or BOOL result. */
  void spansIntegers(List<Tensor> results, long i, Tensor low, Tensor high, boolean truth) {
    long least = Long.MAX_VALUE;
    long most = Long.MIN_VALUE;
    for (Tensor result : results) {
      least = Math.min(least, result.getLong(i));
      most = Math.max(most, result.getLong(i));
    }
    if (truth && !isExact(i) && isOpen(i)) {
      least = 0;
      most = 1;
    }
    low.setLong(i, least);
    high.setLong(i, most);
  }

  /** {@return whether a truth that neither rises nor falls with its operands may be either} */
  private boolean isOpen(long i) {
    Enclosure x = operands.getFirst();
    return switch (op) {
      case "cast/1" -> holdsZero(x, i);
      case "eq/1", "ne/1" -> {
        Enclosure y = operands.get(1);
        yield x.dtype == DType.BOOL || (x.low(i) <= y.high(i) && y.low(i) <= x.high(i));
      }
      default -> false;
    };
  }
}
