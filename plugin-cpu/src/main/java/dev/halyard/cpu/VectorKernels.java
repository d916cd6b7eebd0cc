package dev.halyard.cpu;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** {@link Kernels} on the Vector API; what has no vector form runs in {@link ScalarKernels}. */
final class VectorKernels implements Kernels {
  private final Kernels scalar = new ScalarKernels();
  private final int lanes;
  private final MatmulF32[] products;

  VectorKernels() {
    this(FloatVector.SPECIES_PREFERRED.vectorBitSize());
  }

  /**
   * Makes the kernels for a vector width.
   *
   * @param bits 128, 256 or 512, and no more than the host has
   */
  VectorKernels(int bits) {
    lanes = bits / Float.SIZE;
    products = new MatmulF32[MatmulTiling.mostPanelVectors(bits)];
    for (int i = 0; i < products.length; i++) {
      products[i] = new MatmulF32(MatmulTiling.of(bits, i + 1));
    }
  }

  @Override
  public int lanes() {
    return lanes;
  }

  @Override
  public void unary(Unary op, MemorySegment x, long xAt, MemorySegment y, long yAt, int n) {
    scalar.unary(op, x, xAt, y, yAt, n);
  }

  @Override
  public void binary(
      Binary op,
      MemorySegment a,
      long aAt,
      MemorySegment b,
      long bAt,
      MemorySegment y,
      long yAt,
      int n) {
    scalar.binary(op, a, aAt, b, bAt, y, yAt, n);
  }

  @Override
  public void binaryScalar(
      Binary op, MemorySegment a, long aAt, float b, MemorySegment y, long yAt, int n) {
    scalar.binaryScalar(op, a, aAt, b, y, yAt, n);
  }

  @Override
  public void scalarBinary(
      Binary op, float a, MemorySegment b, long bAt, MemorySegment y, long yAt, int n) {
    scalar.scalarBinary(op, a, b, bAt, y, yAt, n);
  }

  @Override
  public void compare(
      Comparison op,
      MemorySegment a,
      long aAt,
      MemorySegment b,
      long bAt,
      MemorySegment y,
      long yAt,
      int n) {
    scalar.compare(op, a, aAt, b, bAt, y, yAt, n);
  }

  @Override
  public void select(
      MemorySegment condition,
      long conditionAt,
      MemorySegment x,
      long xAt,
      MemorySegment y,
      long yAt,
      MemorySegment z,
      long zAt,
      int n) {
    scalar.select(condition, conditionAt, x, xAt, y, yAt, z, zAt, n);
  }

  @Override
  public void fill(float value, MemorySegment y, long yAt, int n) {
    scalar.fill(value, y, yAt, n);
  }

  @Override
  public void axpy(float a, MemorySegment x, long xAt, MemorySegment y, long yAt, int n) {
    scalar.axpy(a, x, xAt, y, yAt, n);
  }

  @Override
  public float sum(MemorySegment x, long xAt, int n) {
    return scalar.sum(x, xAt, n);
  }

  @Override
  public float max(MemorySegment x, long xAt, int n) {
    return scalar.max(x, xAt, n);
  }

  @Override
  public float min(MemorySegment x, long xAt, int n) {
    return scalar.min(x, xAt, n);
  }

  @Override
  public float product(MemorySegment x, long xAt, int n) {
    return scalar.product(x, xAt, n);
  }

  @Override
  public float dot(MemorySegment a, long aAt, MemorySegment b, long bAt, int n) {
    return scalar.dot(a, aAt, b, bAt, n);
  }

  @Override
  public void softmaxRow(MemorySegment x, long xAt, MemorySegment y, long yAt, int n) {
    scalar.softmaxRow(x, xAt, y, yAt, n);
  }

  @Override
  public void logSoftmaxRow(MemorySegment x, long xAt, MemorySegment y, long yAt, int n) {
    scalar.logSoftmaxRow(x, xAt, y, yAt, n);
  }

  @Override
  public void layerNormRow(
      MemorySegment x,
      long xAt,
      MemorySegment scale,
      long scaleAt,
      MemorySegment bias,
      long biasAt,
      double epsilon,
      MemorySegment y,
      long yAt,
      int n) {
    scalar.layerNormRow(x, xAt, scale, scaleAt, bias, biasAt, epsilon, y, yAt, n);
  }

  @Override
  public void rmsNormRow(
      MemorySegment x,
      long xAt,
      MemorySegment scale,
      long scaleAt,
      double epsilon,
      MemorySegment y,
      long yAt,
      int n) {
    scalar.rmsNormRow(x, xAt, scale, scaleAt, epsilon, y, yAt, n);
  }

  @Override
  public int panelWidth(int n) {
    int vectors = Math.ceilDiv(n, lanes);
    // Four vectors make two panels of two rather than one of three and a thin one.
    int width = vectors == 4 ? 2 : vectors;
    return Math.clamp(width, 1, products.length) * lanes;
  }

  @Override
  public void pack(
      MemorySegment b,
      long bAt,
      long rowStride,
      long columnStride,
      int k,
      int from,
      int to,
      int width,
      MemorySegment packed,
      long packedAt) {
    products[width / lanes - 1].pack(
        b, bAt, rowStride, columnStride, k, from, to, packed, packedAt);
  }

  @Override
  public void matmul(
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
      int columns) {
    products[width / lanes - 1].multiply(
        a, aAt, lda, packed, packedAt, c, cAt, ldc, rows, k, columns);
  }
}
