package dev.halyard.testkit;

import dev.halyard.DType;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import java.util.random.RandomGenerator;

/** Values for tensors. */
final class Samples {
  /** Which values are drawn. */
  enum Flavour {
    /** Numbers of everyday size. */
    ORDINARY,
    /** Positive numbers of everyday size. */
    POSITIVE,
    /** Everyday numbers among NaN, infinities, zeros of both signs, denormals and limits. */
    SPECIAL,
    /** Numbers of all magnitudes. */
    WIDE
  }

  private static final double[] FLOATS = {
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    0.0,
    -0.0,
    1,
    -1,
    0.5,
    -0.5,
    1.5,
    2.5,
    -2.5,
    Double.MIN_VALUE,
    Double.MIN_NORMAL,
    Double.MAX_VALUE,
    -Double.MAX_VALUE,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    0x1p-24,
    0x1p-14,
    65504,
    -65504,
    65520,
    127.5,
    -128.5,
    255.5,
    32767.5,
    0x1p31,
    -0x1p31,
    0x1p63,
    -0x1p63,
    88.5,
    -88.5,
    710,
    -710
  };

  private static final long[] INTEGERS = {
    0,
    1,
    -1,
    2,
    -2,
    127,
    -128,
    128,
    255,
    32767,
    -32768,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    1L << 53 | 1
  };

  private Samples() {}

  static Tensor tensor(RandomGenerator random, Flavour flavour, DType dtype, long... shape) {
    Tensor tensor = TensorArena.ofAuto().allocate(dtype, shape);
    for (long i = 0; i < tensor.elements(); i++) {
      if (dtype.isFloat()) {
        tensor.setDouble(i, number(random, flavour));
      } else if (dtype.isInteger()) {
        tensor.setLong(i, integer(random, flavour));
      } else {
        tensor.setLong(i, random.nextInt(2));
      }
    }
    return tensor;
  }

  private static double number(RandomGenerator random, Flavour flavour) {
    return switch (flavour) {
      case ORDINARY -> ordinary(random);
      case POSITIVE -> 0.05 + Math.abs(ordinary(random));
      case SPECIAL ->
          random.nextInt(3) == 0 ? FLOATS[random.nextInt(FLOATS.length)] : ordinary(random);
      case WIDE -> Math.scalb(ordinary(random), random.nextInt(80) - 40);
    };
  }

  private static double ordinary(RandomGenerator random) {
    return switch (random.nextInt(4)) {
      // Halves and whole numbers meet the ties of rounding and equal elements.
      case 0 -> (random.nextInt(17) - 8) * 0.5;
      default -> random.nextGaussian() * 2;
    };
  }

  private static long integer(RandomGenerator random, Flavour flavour) {
    return switch (flavour) {
      case ORDINARY -> random.nextInt(-9, 10);
      case POSITIVE -> random.nextInt(1, 10);
      case SPECIAL ->
          random.nextInt(3) == 0 ? INTEGERS[random.nextInt(INTEGERS.length)] : random.nextLong();
      case WIDE -> random.nextLong() >> random.nextInt(64);
    };
  }
}
