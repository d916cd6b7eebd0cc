package dev.halyard.tck.numerical;

import dev.halyard.DType;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;

/** Tensors that go through the numbers of a float type. */
final class Patterns {
  private static final double[] SPECIAL = {
    0.0,
    -0.0,
    1,
    -1,
    0.5,
    -0.5,
    1.5,
    2.5,
    -2.5,
    3,
    -3,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.NaN,
    Float.MIN_NORMAL,
    -Float.MIN_NORMAL,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    88.7,
    -88.7,
    -103.9,
    0x1p-24,
    0x1p-14,
    65504,
    -65504,
    65519,
    0x1p-126
  };

  private static final int ALL_SHORTS = 1 << 16;

  private Patterns() {}

  /** {@return two tensors in which every special value meets every other} */
  static List<Tensor> specialPairs(DType dtype) {
    int n = SPECIAL.length;
    Tensor x = TensorArena.ofAuto().allocate(dtype, (long) n * n);
    Tensor y = TensorArena.ofAuto().allocate(dtype, (long) n * n);
    for (int i = 0; i < n * n; i++) {
      x.setDouble(i, SPECIAL[i / n]);
      y.setDouble(i, SPECIAL[i % n]);
    }
    return List.of(x, y);
  }

  /**
   * {@return every number of a 16-bit type, in a fixed order}
   *
   * @param dtype F16 or BF16
   */
  static Tensor all(DType dtype) {
    Tensor tensor = TensorArena.ofAuto().allocate(dtype, ALL_SHORTS);
    for (int i = 0; i < ALL_SHORTS; i++) {
      tensor.segment().setAtIndex(ValueLayout.JAVA_SHORT, i, (short) i);
    }
    return tensor;
  }

  /**
   * {@return numbers of every exponent, from that of the least denormal to that of the greatest
   * number, and sign; half of them of everyday size; then the special ones}
   *
   * @param dtype a float type
   * @param count how many at least
   * @param random draws the fractions
   */
  static Tensor stratified(DType dtype, int count, SplittableRandom random) {
    int size = Math.max(count, 2 * SPECIAL.length);
    Tensor tensor = TensorArena.ofAuto().allocate(dtype, size);
    FloatType type = FloatType.of(dtype);
    int least = type.leastExponent() - type.fractionBits();
    int exponents = Math.getExponent(type.greatest()) - least + 1;
    for (int i = 0; i < size; i++) {
      double fraction = 1 + random.nextDouble();
      double sign = random.nextBoolean() ? 1 : -1;
      int exponent = (i & 1) == 0 ? least + (i / 2) % exponents : random.nextInt(-12, 8);
      tensor.setDouble(i, sign * Math.scalb(fraction, exponent));
    }
    for (int i = 0; i < SPECIAL.length; i++) {
      tensor.setDouble(size - 1 - i, SPECIAL[i]);
    }
    return tensor;
  }
}
