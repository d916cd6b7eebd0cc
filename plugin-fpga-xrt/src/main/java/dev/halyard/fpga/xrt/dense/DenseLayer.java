package dev.halyard.fpga.xrt.dense;

/**
 * A quantised dense layer in exact integer arithmetic: the specification of the kernel {@code
 * dense}.
 *
 * <pre>
 * sum[n] = x[0] * w[n][0] + ... + x[cols - 1] * w[n][cols - 1] + bias[n]
 * y[n]   = saturate(floor(sum[n] / 2^shift[n] + 1/2)), negative ones 0 where the format says relu
 * </pre>
 *
 * <p>This is {@code halyard.qmatmul/1} with constant weights, rounding {@code HALF_UP}, zero points
 * of 0 and scales with {@code a_scale * b_scale[n] / y_scale = 2^-shift[n]}, as long as the
 * operation's own sums, which are of 32 bits unless an operand has 16, do not wrap: {@link
 * #largestSum}.
 *
 * <p>The hardware's sums have 48 bits and do not wrap: 65,536 products of at most 2^15 * 2^15 are
 * at most 2^46, and a bias is less than 2^46, so that every sum is less than 2^47.
 */
public final class DenseLayer {
  /** The most rows of W, which are elements of y. */
  public static final int MOST_ROWS = 65_536;

  /** The most columns of W, which are elements of x. */
  public static final int MOST_COLS = 65_536;

  /** The largest shift; it makes 0 of every sum, as any larger one would. */
  public static final int MOST_SHIFT = 48;

  /** What the magnitude of a bias stays below. */
  public static final long BIAS_LIMIT = 1L << 46;

  private final int rows;
  private final int cols;
  private final DenseFormat format;
  private final short[] weights;
  private final long[] bias;
  private final int[] shift;

  private DenseLayer(
      int rows, int cols, DenseFormat format, short[] weights, long[] bias, int[] shift) {
    this.rows = rows;
    this.cols = cols;
    this.format = format;
    this.weights = weights;
    this.bias = bias;
    this.shift = shift;
  }

  /**
   * Makes a layer.
   *
   * @param rows rows of W, 1 to {@link #MOST_ROWS}
   * @param cols columns of W, 1 to {@link #MOST_COLS}
   * @param format types of its tensors
   * @param weights W row by row
   * @param bias one for each row, in units of the sums
   * @param shift one for each row, 0 to {@link #MOST_SHIFT}
   * @return the layer, which has copies of the arrays
   * @throws IllegalArgumentException if an argument is not as described; the message says which
   */
  public static DenseLayer of(
      int rows, int cols, DenseFormat format, short[] weights, long[] bias, int[] shift) {
    require(rows >= 1 && rows <= MOST_ROWS, "1 to " + MOST_ROWS + " rows", rows);
    require(cols >= 1 && cols <= MOST_COLS, "1 to " + MOST_COLS + " columns", cols);
    require(weights.length == (long) rows * cols, rows + " * " + cols + " weights", weights.length);
    require(bias.length == rows, rows + " biases", bias.length);
    require(shift.length == rows, rows + " shifts", shift.length);
    for (short weight : weights) {
      require(format.wideWeights() || weight == (byte) weight, "weights of 8 bits", weight);
    }
    for (long b : bias) {
      require(b > -BIAS_LIMIT && b < BIAS_LIMIT, "biases below 2^46", b);
    }
    for (int s : shift) {
      require(s >= 0 && s <= MOST_SHIFT, "shifts of 0 to " + MOST_SHIFT, s);
    }
    return new DenseLayer(rows, cols, format, weights.clone(), bias.clone(), shift.clone());
  }

  private static void require(boolean condition, String wanted, long found) {
    if (!condition) {
      throw new IllegalArgumentException("a dense layer wants " + wanted + ", found " + found);
    }
  }

  /** {@return the rows of W} */
  public int rows() {
    return rows;
  }

  /** {@return the columns of W} */
  public int cols() {
    return cols;
  }

  /** {@return the types of its tensors} */
  public DenseFormat format() {
    return format;
  }

  /**
   * {@return an element of W}
   *
   * @param row its row
   * @param col its column
   */
  public short weight(int row, int col) {
    return weights[row * cols + col];
  }

  /**
   * {@return the bias of a row, in units of the sums}
   *
   * @param row the row of W
   */
  public long bias(int row) {
    return bias[row];
  }

  /**
   * {@return by how many bits the sums of a row are shifted to the right}
   *
   * @param row the row of W
   */
  public int shift(int row) {
    return shift[row];
  }

  /**
   * {@return what the layer makes of one row of x}
   *
   * @param x as many elements as W has columns, of 8 bits unless the format says wide
   * @throws IllegalArgumentException if x has another length, or an element that doesn't fit
   */
  public short[] apply(short[] x) {
    require(x.length == cols, cols + " elements of x", x.length);
    for (short element : x) {
      require(format.wideInput() || element == (byte) element, "x of 8 bits", element);
    }
    short[] y = new short[rows];
    for (int row = 0; row < rows; row++) {
      y[row] = requantized(sum(row, x), shift[row]);
    }
    return y;
  }

  private long sum(int row, short[] x) {
    long sum = bias[row];
    for (int col = 0; col < cols; col++) {
      sum += (long) weight(row, col) * x[col];
    }
    return sum;
  }

  private short requantized(long sum, int by) {
    long half = (1L << by) >> 1;
    long rounded = (sum + half) >> by;
    long most = format.wideOutput() ? Short.MAX_VALUE : Byte.MAX_VALUE;
    long least = format.relu() ? 0 : -most - 1;
    return (short) Math.clamp(rounded, least, most);
  }

  /**
   * {@return what no sum's magnitude exceeds, at any of the partial sums, whatever x is}
   *
   * <p>Proven from the weights: the sum of their magnitudes times the largest of x, and the bias.
   */
  public long largestSum() {
    long largestInput = format.wideInput() ? 1L << 15 : 1L << 7;
    long largest = 0;
    for (int row = 0; row < rows; row++) {
      long sum = Math.abs(bias[row]);
      for (int col = 0; col < cols; col++) {
        sum += Math.abs((long) weight(row, col)) * largestInput;
      }
      largest = Math.max(largest, sum);
    }
    return largest;
  }
}
