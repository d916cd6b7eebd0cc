package dev.halyard.opencl.code;

import dev.halyard.DType;

/**
 * Products that are alike enough to share a tile: each size rounded up to a power of four.
 *
 * @param m rows of the result
 * @param n columns of the result
 * @param k products per element
 * @param batch how many matrices
 * @param dtype of the matrices
 */
public record TileBucket(long m, long n, long k, long batch, DType dtype) {
  private static final long LARGEST = 4096;
  private static final long MOST_MATRICES = 16;
  private static final long SMALL = 64;

  static TileBucket of(long m, long n, long k, long matrices, DType dtype) {
    return new TileBucket(
        rounded(m, LARGEST),
        rounded(n, LARGEST),
        rounded(k, LARGEST),
        rounded(matrices, MOST_MATRICES),
        dtype);
  }

  private static long rounded(long size, long most) {
    long rounded = 1;
    while (rounded < size && rounded < most) {
      rounded *= 4;
    }
    return rounded;
  }

  /** {@return whether a product has too few results to fill a GPU with large tiles} */
  boolean isSmall() {
    return m <= SMALL && n <= SMALL;
  }

  /** {@return whether tiles make so little difference, or take so long, that none is tried} */
  public boolean isTrivial() {
    return m * n * k * batch < 1L << 20;
  }

  @Override
  public String toString() {
    return (batch == 1 ? "" : batch + "x") + m + "x" + n + "x" + k + "-" + dtype.name();
  }
}
