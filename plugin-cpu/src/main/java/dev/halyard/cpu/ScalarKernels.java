package dev.halyard.cpu;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** {@link Kernels} without the Vector API. */
final class ScalarKernels implements Kernels {
  private static final ValueLayout.OfFloat F32 = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final int WIDTH = 8;

  @Override
  public int lanes() {
    return 1;
  }

  @Override
  public void unary(Unary op, MemorySegment x, long xAt, MemorySegment y, long yAt, int n) {
    for (int i = 0; i < n; i++) {
      y.set(F32, yAt + 4L * i, ScalarMath.unary(op, x.get(F32, xAt + 4L * i)));
    }
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
    for (int i = 0; i < n; i++) {
      float left = a.get(F32, aAt + 4L * i);
      y.set(F32, yAt + 4L * i, ScalarMath.binary(op, left, b.get(F32, bAt + 4L * i)));
    }
  }

  @Override
  public void binaryScalar(
      Binary op, MemorySegment a, long aAt, float b, MemorySegment y, long yAt, int n) {
    for (int i = 0; i < n; i++) {
      y.set(F32, yAt + 4L * i, ScalarMath.binary(op, a.get(F32, aAt + 4L * i), b));
    }
  }

  @Override
  public void scalarBinary(
      Binary op, float a, MemorySegment b, long bAt, MemorySegment y, long yAt, int n) {
    for (int i = 0; i < n; i++) {
      y.set(F32, yAt + 4L * i, ScalarMath.binary(op, a, b.get(F32, bAt + 4L * i)));
    }
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
    for (int i = 0; i < n; i++) {
      boolean holds =
          ScalarMath.compare(op, (double) a.get(F32, aAt + 4L * i), b.get(F32, bAt + 4L * i));
      y.set(JAVA_BYTE, yAt + i, (byte) (holds ? 1 : 0));
    }
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
    for (int i = 0; i < n; i++) {
      boolean holds = condition.get(JAVA_BYTE, conditionAt + i) != 0;
      float chosen = holds ? x.get(F32, xAt + 4L * i) : y.get(F32, yAt + 4L * i);
      z.set(F32, zAt + 4L * i, chosen);
    }
  }

  @Override
  public void fill(float value, MemorySegment y, long yAt, int n) {
    for (int i = 0; i < n; i++) {
      y.set(F32, yAt + 4L * i, value);
    }
  }

  @Override
  public void axpy(float a, MemorySegment x, long xAt, MemorySegment y, long yAt, int n) {
    for (int i = 0; i < n; i++) {
      y.set(F32, yAt + 4L * i, y.get(F32, yAt + 4L * i) + a * x.get(F32, xAt + 4L * i));
    }
  }

  @Override
  public float sum(MemorySegment x, long xAt, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += x.get(F32, xAt + 4L * i);
    }
    return (float) sum;
  }

  @Override
  public float max(MemorySegment x, long xAt, int n) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      max = Math.max(max, x.get(F32, xAt + 4L * i));
    }
    return max;
  }

  @Override
  public float min(MemorySegment x, long xAt, int n) {
    float min = Float.POSITIVE_INFINITY;
    for (int i = 0; i < n; i++) {
      min = Math.min(min, x.get(F32, xAt + 4L * i));
    }
    return min;
  }

  @Override
  public float product(MemorySegment x, long xAt, int n) {
    double product = 1;
    for (int i = 0; i < n; i++) {
      product *= x.get(F32, xAt + 4L * i);
    }
    return (float) product;
  }

  @Override
  public float dot(MemorySegment a, long aAt, MemorySegment b, long bAt, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += (double) a.get(F32, aAt + 4L * i) * b.get(F32, bAt + 4L * i);
    }
    return (float) sum;
  }

  @Override
  public void softmaxRow(MemorySegment x, long xAt, MemorySegment y, long yAt, int n) {
    float max = max(x, xAt, n);
    double sum = 0;
    for (int i = 0; i < n; i++) {
      float power = (float) Math.exp(x.get(F32, xAt + 4L * i) - max);
      y.set(F32, yAt + 4L * i, power);
      sum += power;
    }
    binaryScalar(Binary.DIV, y, yAt, (float) sum, y, yAt, n);
  }

  @Override
  public void logSoftmaxRow(MemorySegment x, long xAt, MemorySegment y, long yAt, int n) {
    float max = max(x, xAt, n);
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += Math.exp((double) x.get(F32, xAt + 4L * i) - max);
    }
    double log = Math.log(sum);
    for (int i = 0; i < n; i++) {
      y.set(F32, yAt + 4L * i, (float) ((double) x.get(F32, xAt + 4L * i) - max - log));
    }
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
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += x.get(F32, xAt + 4L * i);
    }
    double mean = sum / n;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double off = x.get(F32, xAt + 4L * i) - mean;
      squares += off * off;
    }
    double factor = 1 / Math.sqrt(squares / n + epsilon);
    for (int i = 0; i < n; i++) {
      double off = (x.get(F32, xAt + 4L * i) - mean) * factor;
      double scaled = off * scale.get(F32, scaleAt + 4L * i) + bias.get(F32, biasAt + 4L * i);
      y.set(F32, yAt + 4L * i, (float) scaled);
    }
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
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double value = x.get(F32, xAt + 4L * i);
      squares += value * value;
    }
    double factor = 1 / Math.sqrt(squares / n + epsilon);
    for (int i = 0; i < n; i++) {
      double scaled = x.get(F32, xAt + 4L * i) * factor * scale.get(F32, scaleAt + 4L * i);
      y.set(F32, yAt + 4L * i, (float) scaled);
    }
  }

  @Override
  public int panelWidth(int n) {
    return WIDTH;
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
    for (int panel = from; panel < to; panel += width) {
      long target = packedAt + 4L * panel * k;
      int used = Math.min(width, to - panel);
      for (int row = 0; row < k; row++) {
        long source = bAt + 4 * (row * rowStride + panel * columnStride);
        for (int column = 0; column < width; column++) {
          float value = column < used ? b.get(F32, source + 4L * column * columnStride) : 0;
          packed.set(F32, target + 4L * ((long) row * width + column), value);
        }
      }
    }
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
    for (int panel = 0; panel < columns; panel += width) {
      long b = packedAt + 4L * panel * k;
      int used = Math.min(width, columns - panel);
      for (int row = 0; row < rows; row++) {
        tile(a, aAt + 4L * row * lda, packed, b, width, c, cAt + 4L * (row * ldc + panel), k, used);
      }
    }
  }

  /** One row of c; {@link #WIDTH} columns of b. */
  private static void tile(
      MemorySegment a,
      long aAt,
      MemorySegment packed,
      long packedAt,
      int width,
      MemorySegment c,
      long cAt,
      int k,
      int columns) {
    // The whole panel at once: its missing columns are zeros, and eight sums don't wait for each
    // other.
    float c0 = 0;
    float c1 = 0;
    float c2 = 0;
    float c3 = 0;
    float c4 = 0;
    float c5 = 0;
    float c6 = 0;
    float c7 = 0;
    for (int i = 0; i < k; i++) {
      float value = a.get(F32, aAt + 4L * i);
      long at = packedAt + 4L * i * width;
      c0 += value * packed.get(F32, at);
      c1 += value * packed.get(F32, at + 4);
      c2 += value * packed.get(F32, at + 8);
      c3 += value * packed.get(F32, at + 12);
      c4 += value * packed.get(F32, at + 16);
      c5 += value * packed.get(F32, at + 20);
      c6 += value * packed.get(F32, at + 24);
      c7 += value * packed.get(F32, at + 28);
    }
    if (columns > 0) {
      c.set(F32, cAt, c0);
    }
    if (columns > 1) {
      c.set(F32, cAt + 4, c1);
    }
    if (columns > 2) {
      c.set(F32, cAt + 8, c2);
    }
    if (columns > 3) {
      c.set(F32, cAt + 12, c3);
    }
    if (columns > 4) {
      c.set(F32, cAt + 16, c4);
    }
    if (columns > 5) {
      c.set(F32, cAt + 20, c5);
    }
    if (columns > 6) {
      c.set(F32, cAt + 24, c6);
    }
    if (columns > 7) {
      c.set(F32, cAt + 28, c7);
    }
  }
}
