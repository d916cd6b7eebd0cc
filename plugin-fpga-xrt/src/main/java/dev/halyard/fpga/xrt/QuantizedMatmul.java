package dev.halyard.fpga.xrt;

import dev.halyard.DType;
import dev.halyard.fpga.xrt.dense.DenseFormat;
import dev.halyard.fpga.xrt.dense.DenseLayer;
import dev.halyard.spi.NodeView;
import dev.halyard.spi.ValueView;
import java.util.List;

/**
 * A {@code halyard.qmatmul/1} that is a dense layer of the kernel: constant weights, zero points of
 * 0, rounding HALF_UP, and scales with {@code a_scale * b_scale[n] / y_scale = 2^-shift[n]}.
 */
final class QuantizedMatmul {
  static final String OP = "halyard.qmatmul/1";

  /** The most weights: an array of Java holds them while they are packed. */
  static final long MOST_WEIGHTS = 1L << 28;

  // Positions of the operands, as docs/operations.md has them.
  private static final int A = 0;
  private static final int A_SCALE = 1;
  private static final int A_ZERO = 2;
  private static final int B = 3;
  private static final int B_SCALE = 4;
  private static final int B_ZERO = 5;
  private static final int Y_SCALE = 6;
  private static final int Y_ZERO = 7;
  private static final int BIAS = 8;

  private static final List<DType> TYPES = List.of(DType.I8, DType.I16);

  private final NodeView node;
  private final int rows;
  private final int cols;
  private final Constants weights;
  private final int[] shift;
  private final long[] bias;

  private QuantizedMatmul(
      NodeView node, int rows, int cols, Constants weights, int[] shift, long[] bias) {
    this.node = node;
    this.rows = rows;
    this.cols = cols;
    this.weights = weights;
    this.shift = shift;
    this.bias = bias;
  }

  /**
   * {@return what the kernel computes for a node}
   *
   * @param node an application of {@link #OP}
   * @throws RefusedException if the kernel cannot compute it exactly
   */
  static QuantizedMatmul of(NodeView node) throws RefusedException {
    ValueView b = node.inputs().get(B);
    requireType("a", node.inputs().get(A).dtype());
    requireType("b", b.dtype());
    requireType("y", node.attributes().dtype("to"));
    String rounding = node.attributes().text("rounding");
    require(rounding.equals("HALF_UP"), "rounding HALF_UP", rounding);
    require(node.inputs().get(A).constant().isEmpty(), "a that varies", "a constant");
    Constants weights = Constants.require(b, "b");
    require(b.shape().rank() == 2, "b of shape [k, n]", b.shape().toString());
    int cols = extent(b, 0, DenseLayer.MOST_COLS);
    int rows = extent(b, 1, DenseLayer.MOST_ROWS);
    require(
        (long) rows * cols <= MOST_WEIGHTS,
        "at most " + MOST_WEIGHTS + " weights",
        rows + " * " + cols);
    requireZero(node, A_ZERO, "a_zero_point");
    requireZero(node, B_ZERO, "b_zero_point");
    requireZero(node, Y_ZERO, "y_zero_point");
    return new QuantizedMatmul(
        node, rows, cols, weights, shifts(node, rows), biases(node, rows, cols));
  }

  private static void require(boolean condition, String wanted, String found)
      throws RefusedException {
    if (!condition) {
      throw new RefusedException("the kernel dense wants " + wanted + ", found " + found);
    }
  }

  private static void requireType(String operand, DType found) throws RefusedException {
    require(TYPES.contains(found), operand + " of I8 or I16", found.toString());
  }

  private static int extent(ValueView b, int axis, int most) throws RefusedException {
    long extent = b.shape().dim(axis).constant();
    require(
        extent >= 1 && extent <= most,
        "1 to " + most + (axis == 0 ? " rows" : " columns") + " of b",
        Long.toString(extent));
    return (int) extent;
  }

  private static void requireZero(NodeView node, int operand, String name) throws RefusedException {
    Constants zero = Constants.require(node.inputs().get(operand), name);
    require(zero.isZero(), name + " 0", "another");
  }

  private static int[] shifts(NodeView node, int rows) throws RefusedException {
    Constants a = Constants.require(node.inputs().get(A_SCALE), "a_scale");
    Constants b = Constants.require(node.inputs().get(B_SCALE), "b_scale");
    Constants y = Constants.require(node.inputs().get(Y_SCALE), "y_scale");
    int[] shifts = new int[rows];
    for (int row = 0; row < rows; row++) {
      // As the body of the operation computes it, which rounds other factors than these.
      double factor = a.number(0) * b.number(row) / y.number(0);
      int exponent = Math.getExponent(factor);
      require(
          factor == Math.scalb(1.0, exponent) && exponent <= 0,
          "a_scale * b_scale / y_scale to be a power of two of at most 1",
          Double.toString(factor));
      shifts[row] = Math.min(-exponent, DenseLayer.MOST_SHIFT);
    }
    return shifts;
  }

  private static long[] biases(NodeView node, int rows, int cols) throws RefusedException {
    long[] biases = new long[rows];
    if (node.inputs().size() <= BIAS) {
      return biases;
    }
    Constants given = Constants.require(node.inputs().get(BIAS), "bias");
    long most = mostBias(node, cols);
    for (int row = 0; row < rows; row++) {
      long bias = given.integer(row);
      require(bias >= -most && bias <= most, "biases of at most +-" + most, Long.toString(bias));
      biases[row] = bias;
    }
    return biases;
  }

  /** {@return the largest bias with which no sum wraps, be it the kernel's or the operation's} */
  private static long mostBias(NodeView node, int cols) {
    boolean narrow = width(node, A) == Byte.BYTES && width(node, B) == Byte.BYTES;
    // A product of two bytes is at most 2^14, and the operation's sums of them are of I32.
    return narrow ? Integer.MAX_VALUE - ((long) cols << 14) : DenseLayer.BIAS_LIMIT - 1;
  }

  private static int width(NodeView node, int operand) {
    return node.inputs().get(operand).dtype().bytes();
  }

  /** {@return the operand that varies} */
  ValueView input() {
    return node.inputs().get(A);
  }

  /**
   * {@return the layer}
   *
   * @param relu whether negative results become 0
   */
  DenseLayer layer(boolean relu) {
    DenseFormat format =
        new DenseFormat(
            width(node, A) == Short.BYTES,
            width(node, B) == Short.BYTES,
            node.attributes().dtype("to") == DType.I16,
            relu);
    short[] transposed = new short[rows * cols];
    for (int row = 0; row < rows; row++) {
      for (int col = 0; col < cols; col++) {
        transposed[row * cols + col] = (short) weights.integer((long) col * rows + row);
      }
    }
    return DenseLayer.of(rows, cols, format, transposed, bias, shift);
  }
}
