package dev.halyard.cpu;

import java.lang.foreign.MemorySegment;

/**
 * Loops over F32 elements in native memory. A position is a segment and an offset in bytes; it need
 * not be aligned (weights may be mapped from a file at any offset). Destinations may be the very
 * position of a source, and overlap it in no other way. Nothing is allocated. Implementations have
 * no state and serve all threads.
 *
 * <p>Accuracy: ADD, SUB, MUL 0.5 ULP, DIV 2.5, SQRT 3, EXP and LOG 3, TANH 5, SIGMOID 8, ERF and
 * POW 16; sums within the usual bound of a dot product. NaN, infinities, -0 and subnormals as the
 * primitives define them; MIN and MAX as {@link Math#min} and {@link Math#max}.
 */
interface Kernels {
  /** {@return F32 elements per vector; 1 for the scalar implementation} */
  int lanes();

  /** {@return what the loops run on, for a reader} */
  default String text() {
    return lanes() == 1 ? "scalar loops" : 32 * lanes() + "-bit vectors";
  }

  /**
   * {@return how products are made, for a reader}
   *
   * @param width of a packed panel
   */
  default String productText(int width) {
    if (lanes() == 1) {
      return "scalar loops over panels of " + width + " columns";
    }
    MatmulTiling tiling = MatmulTiling.of(32 * lanes(), width / lanes());
    return "tiles of "
        + tiling.rows()
        + "x"
        + width
        + " in "
        + text()
        + ", panels of "
        + width
        + " columns";
  }

  /** y[i] = op(x[i]) for i in [0, n). */
  void unary(Unary op, MemorySegment x, long xAt, MemorySegment y, long yAt, int n);

  /** y[i] = a[i] op b[i]. */
  void binary(
      Binary op,
      MemorySegment a,
      long aAt,
      MemorySegment b,
      long bAt,
      MemorySegment y,
      long yAt,
      int n);

  /** y[i] = a[i] op b. */
  void binaryScalar(
      Binary op, MemorySegment a, long aAt, float b, MemorySegment y, long yAt, int n);

  /** y[i] = a op b[i]. */
  void scalarBinary(
      Binary op, float a, MemorySegment b, long bAt, MemorySegment y, long yAt, int n);

  /** y[i] = a[i] op b[i], as bytes 0 and 1. */
  void compare(
      Comparison op,
      MemorySegment a,
      long aAt,
      MemorySegment b,
      long bAt,
      MemorySegment y,
      long yAt,
      int n);

  /** z[i] = condition[i] != 0 ? x[i] : y[i]; the condition is bytes. */
  void select(
      MemorySegment condition,
      long conditionAt,
      MemorySegment x,
      long xAt,
      MemorySegment y,
      long yAt,
      MemorySegment z,
      long zAt,
      int n);

  /** y[i] = value. */
  void fill(float value, MemorySegment y, long yAt, int n);

  /** y[i] += a * x[i]; fused or not. */
  void axpy(float a, MemorySegment x, long xAt, MemorySegment y, long yAt, int n);

  /** {@return the sum; 0 of nothing} */
  float sum(MemorySegment x, long xAt, int n);

  /** {@return the greatest, NaN if any is; -Inf of nothing} */
  float max(MemorySegment x, long xAt, int n);

  /** {@return the least, NaN if any is; +Inf of nothing} */
  float min(MemorySegment x, long xAt, int n);

  /** {@return the product; 1 of nothing} */
  float product(MemorySegment x, long xAt, int n);

  /** {@return the sum of a[i] * b[i]; 0 of nothing} */
  float dot(MemorySegment a, long aAt, MemorySegment b, long bAt, int n);

  /** y = e^(x - max(x)) / sum of the same. */
  void softmaxRow(MemorySegment x, long xAt, MemorySegment y, long yAt, int n);

  /** y = x - max(x) - log(sum of e^(x - max(x))). */
  void logSoftmaxRow(MemorySegment x, long xAt, MemorySegment y, long yAt, int n);

  /** y = (x - mean) / sqrt(variance + epsilon) * scale + bias, the variance that of the row. */
  void layerNormRow(
      MemorySegment x,
      long xAt,
      MemorySegment scale,
      long scaleAt,
      MemorySegment bias,
      long biasAt,
      double epsilon,
      MemorySegment y,
      long yAt,
      int n);

  /** y = x / sqrt(mean of x^2 + epsilon) * scale. */
  void rmsNormRow(
      MemorySegment x,
      long xAt,
      MemorySegment scale,
      long scaleAt,
      double epsilon,
      MemorySegment y,
      long yAt,
      int n);

  /**
   * {@return the columns per panel that suit a right-hand matrix of n columns}
   *
   * <p>A packed matrix is a sequence of panels of that many columns, the last one filled up with
   * zeros; a panel holds, for every k in order, its columns of row k. So panel p begins at float p
   * * width * k.
   */
  int panelWidth(int n);

  /** {@return the bytes of a packed k x n matrix} */
  default long packedBytes(int k, int n, int width) {
    return (long) Math.ceilDiv(n, width) * width * k * Float.BYTES;
  }

  /**
   * Packs columns [from, to) of b[k, n], where from is a multiple of the width and to is one or n.
   * Strides count elements. The destination is that of the whole matrix, so that several threads
   * may pack disjoint ranges.
   */
  void pack(
      MemorySegment b,
      long bAt,
      long rowStride,
      long columnStride,
      int k,
      int from,
      int to,
      int width,
      MemorySegment packed,
      long packedAt);

  /**
   * c[rows, columns] = a[rows, k] * the first columns of a packed matrix: {@code packedAt} is that
   * of a panel, {@code columns} any number that it and the panels after it hold. a and c are
   * row-major with strides lda and ldc in elements; c is overwritten, and 0 where k is 0.
   */
  void matmul(
      MemorySegment a,
      long aAt,
      long lda,
      MemorySegment packed,
      long packedAt,
      int width,
      MemorySegment c,
      long cAt,
      long ldc,
      int rows,
      int k,
      int columns);
}
