package dev.halyard.fpga.xrt.dense;

/**
 * The arguments of a run of the kernel {@code dense}.
 *
 * @param x device address of x, rows one after another, of any alignment
 * @param weights device address of the packed weights, a multiple of 64
 * @param y device address of y, rows one after another, of any alignment
 * @param batch rows of x, 1 to 2^32 - 1
 * @param rows rows of W, 1 to 65,536
 * @param cols columns of W, 1 to 65,536
 * @param format types of the tensors
 */
public record DenseRun(
    long x, long weights, long y, long batch, int rows, int cols, DenseFormat format) {
  /** The words of 16 elements that the kernel's buffer for x has. */
  private static final int BUFFER_WORDS = 4096;

  private static final int MOST_BLOCK = 16;
  private static final long MOST_BATCH = (1L << 32) - 1;

  /**
   * Makes the arguments.
   *
   * @throws IllegalArgumentException if one is out of bounds: the kernel would refuse it
   */
  public DenseRun {
    require(batch >= 1 && batch <= MOST_BATCH, "1 to 2^32 - 1 rows of x", batch);
    require(rows >= 1 && rows <= DenseLayer.MOST_ROWS, "1 to 65,536 rows of W", rows);
    require(cols >= 1 && cols <= DenseLayer.MOST_COLS, "1 to 65,536 columns of W", cols);
    require(weights % PackedWeights.ALIGNMENT == 0, "weights at a multiple of 64", weights);
  }

  private static void require(boolean condition, String wanted, long found) {
    if (!condition) {
      throw new IllegalArgumentException("dense wants " + wanted + ", found " + found);
    }
  }

  /** {@return the bytes of all of x} */
  public long xBytes() {
    return batch * xStride();
  }

  /** {@return the bytes of all of y} */
  public long yBytes() {
    return batch * yStride();
  }

  /** {@return the bytes of the packed weights} */
  public long weightBytes() {
    return PackedWeights.bytes(rows, cols, format);
  }

  long xStride() {
    return (long) cols * format.inputBytes();
  }

  long yStride() {
    return (long) rows * format.outputBytes();
  }

  /** {@return how many of the rows of x that are left go through the array together} */
  int block(long left) {
    int fit = BUFFER_WORDS / PackedWeights.tiles(cols);
    return (int) Math.min(left, Math.min(MOST_BLOCK, fit));
  }
}
