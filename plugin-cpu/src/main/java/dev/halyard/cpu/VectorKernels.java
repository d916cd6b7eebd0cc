package dev.halyard.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import jdk.incubator.vector.FloatVector;

/** {@link Kernels} on the Vector API; what has no vector form runs in {@link ScalarKernels}. */
final class VectorKernels implements Kernels {
  private final Kernels scalar = new ScalarKernels();
  private final int lanes;
  private final VectorLoops loops;
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
    loops = new VectorLoops(bits);
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
    LazyLoop loop = loops.unary(op);
    if (loop == null) {
      scalar.unary(op, x, xAt, y, yAt, n);
      return;
    }
    long to = address(y, yAt, n);
    loop.get().run(address(x, xAt, n), 0, 0, to, 0, 0, 0, n);
    keep(x, y, y);
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
    LazyLoop loop = loops.binary(op);
    if (loop == null) {
      scalar.binary(op, a, aAt, b, bAt, y, yAt, n);
      return;
    }
    long to = address(y, yAt, n);
    loop.get().run(address(a, aAt, n), address(b, bAt, n), 0, to, 0, 0, 0, n);
    keep(a, b, y);
  }

  @Override
  public void binaryScalar(
      Binary op, MemorySegment a, long aAt, float b, MemorySegment y, long yAt, int n) {
    LazyLoop loop = loops.withRight(op, b);
    if (loop == null) {
      scalar.binaryScalar(op, a, aAt, b, y, yAt, n);
      return;
    }
    long to = address(y, yAt, n);
    loop.get().run(address(a, aAt, n), 0, 0, to, b, 0, 0, n);
    keep(a, a, y);
  }

  @Override
  public void scalarBinary(
      Binary op, float a, MemorySegment b, long bAt, MemorySegment y, long yAt, int n) {
    LazyLoop loop = loops.withLeft(op, a);
    if (loop == null) {
      scalar.scalarBinary(op, a, b, bAt, y, yAt, n);
      return;
    }
    long to = address(y, yAt, n);
    loop.get().run(address(b, bAt, n), 0, 0, to, a, 0, 0, n);
    keep(b, b, y);
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
    int whole = n - n % loops.truthStep();
    if (whole > 0) {
      long to = RawMemory.address(y, yAt, n);
      Loop loop = loops.comparison(op).get();
      loop.run(address(a, aAt, n), address(b, bAt, n), 0, to, 0, 0, 0, whole);
      keep(a, b, y);
    }
    long done = (long) whole * Float.BYTES;
    scalar.compare(op, a, aAt + done, b, bAt + done, y, yAt + whole, n - whole);
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
    int whole = n - n % loops.truthStep();
    if (whole > 0) {
      long from = RawMemory.address(condition, conditionAt, n);
      long to = address(z, zAt, n);
      Loop loop = loops.select.get();
      loop.run(from, address(x, xAt, n), address(y, yAt, n), to, 0, 0, 0, whole);
      keep(condition, x, y);
      keep(z, z, z);
    }
    long done = (long) whole * Float.BYTES;
    scalar.select(
        condition, conditionAt + whole, x, xAt + done, y, yAt + done, z, zAt + done, n - whole);
  }

  @Override
  public void fill(float value, MemorySegment y, long yAt, int n) {
    loops.fill.get().run(0, 0, 0, address(y, yAt, n), value, 0, 0, n);
    keep(y, y, y);
  }

  @Override
  public void axpy(float a, MemorySegment x, long xAt, MemorySegment y, long yAt, int n) {
    long to = address(y, yAt, n);
    loops.axpy.get().run(address(x, xAt, n), to, 0, to, a, 0, 0, n);
    keep(x, y, y);
  }

  @Override
  public float sum(MemorySegment x, long xAt, int n) {
    float sum = loops.sum.get().run(address(x, xAt, n), 0, 0, 0, 0, 0, 0, n);
    keep(x, x, x);
    // A partial sum may overflow where the whole doesn't.
    return Float.isFinite(sum) ? sum : scalar.sum(x, xAt, n);
  }

  @Override
  public float max(MemorySegment x, long xAt, int n) {
    float max = loops.max.get().run(address(x, xAt, n), 0, 0, 0, 0, 0, 0, n);
    keep(x, x, x);
    return max;
  }

  @Override
  public float min(MemorySegment x, long xAt, int n) {
    float min = loops.min.get().run(address(x, xAt, n), 0, 0, 0, 0, 0, 0, n);
    keep(x, x, x);
    return min;
  }

  @Override
  public float product(MemorySegment x, long xAt, int n) {
    return scalar.product(x, xAt, n);
  }

  @Override
  public float dot(MemorySegment a, long aAt, MemorySegment b, long bAt, int n) {
    long left = address(a, aAt, n);
    float dot = loops.dot.get().run(left, address(b, bAt, n), 0, 0, 0, 0, 0, n);
    keep(a, b, b);
    return Float.isFinite(dot) ? dot : scalar.dot(a, aAt, b, bAt, n);
  }

  @Override
  public void softmaxRow(MemorySegment x, long xAt, MemorySegment y, long yAt, int n) {
    long from = address(x, xAt, n);
    long to = address(y, yAt, n);
    float max = loops.max.get().run(from, 0, 0, 0, 0, 0, 0, n);
    float sum = loops.powers.get().run(from, 0, 0, to, max, 0, 0, n);
    keep(x, y, y);
    binaryScalar(Binary.MUL, y, yAt, 1 / sum, y, yAt, n);
  }

  @Override
  public void logSoftmaxRow(MemorySegment x, long xAt, MemorySegment y, long yAt, int n) {
    long from = address(x, xAt, n);
    long to = address(y, yAt, n);
    float max = loops.max.get().run(from, 0, 0, 0, 0, 0, 0, n);
    float sum = loops.sumPowers.get().run(from, 0, 0, 0, max, 0, 0, n);
    loops.shift.get().run(from, 0, 0, to, max, (float) Math.log(sum), 0, n);
    keep(x, y, y);
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
    long from = address(x, xAt, n);
    long to = address(y, yAt, n);
    // The mean in two floats: the error of the first sum counts where the mean is far from 0.
    float estimate = loops.sum.get().run(from, 0, 0, 0, 0, 0, 0, n) / n;
    float rest = loops.sumCentered.get().run(from, 0, 0, 0, estimate, 0, 0, n) / n;
    double mean = (double) estimate + rest;
    float high = (float) mean;
    float low = (float) (mean - high);
    float squares = loops.sumSquares.get().run(from, 0, 0, 0, high, low, 0, n);
    if (!inRange(squares, n, epsilon)) {
      scalar.layerNormRow(x, xAt, scale, scaleAt, bias, biasAt, epsilon, y, yAt, n);
      return;
    }
    float factor = (float) (1 / Math.sqrt(squares / (double) n + epsilon));
    long scales = address(scale, scaleAt, n);
    long biases = address(bias, biasAt, n);
    loops.normalize.get().run(from, scales, biases, to, high, low, factor, n);
    keep(x, y, scale);
    keep(bias, y, y);
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
    long from = address(x, xAt, n);
    long to = address(y, yAt, n);
    float squares = loops.dot.get().run(from, from, 0, 0, 0, 0, 0, n);
    if (!inRange(squares, n, epsilon)) {
      scalar.rmsNormRow(x, xAt, scale, scaleAt, epsilon, y, yAt, n);
      return;
    }
    float factor = (float) (1 / Math.sqrt(squares / (double) n + epsilon));
    loops.scale.get().run(from, address(scale, scaleAt, n), 0, to, factor, 0, 0, n);
    keep(x, y, scale);
  }

  /** Whether a sum of squares neither overflowed nor lost what isn't hidden by the epsilon. */
  private static boolean inRange(float squares, int n, double epsilon) {
    boolean precise = squares > 1e-30f || epsilon > 1e-20 * n;
    return Float.isFinite(squares) && precise;
  }

  /** The loops know addresses alone: no garbage collector frees these segments under them. */
  @SuppressWarnings("ReachabilityFenceUsage") // The loops before it don't throw.
  private static void keep(MemorySegment a, MemorySegment b, MemorySegment c) {
    Reference.reachabilityFence(a);
    Reference.reachabilityFence(b);
    Reference.reachabilityFence(c);
  }

  private static long address(MemorySegment segment, long offset, int n) {
    return RawMemory.address(segment, offset, (long) n * Float.BYTES);
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
    keep(b, packed, packed);
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
    keep(a, packed, c);
  }
}
