package dev.halyard.fpga.xrt.dense;

import java.util.Random;

/** Draws layers and inputs whose values crowd at the ends of their types. */
final class RandomLayers {
  private final Random random;

  RandomLayers(long seed) {
    random = new Random(seed);
  }

  DenseFormat format() {
    return new DenseFormat(
        random.nextBoolean(), random.nextBoolean(), random.nextBoolean(), random.nextBoolean());
  }

  DenseLayer layer(int rows, int cols, DenseFormat format, int biasBits) {
    long[] bias = new long[rows];
    int[] shift = new int[rows];
    for (int row = 0; row < rows; row++) {
      bias[row] = random.nextLong(-(1L << biasBits) + 1, 1L << biasBits);
      shift[row] = random.nextInt(random.nextBoolean() ? 20 : DenseLayer.MOST_SHIFT + 1);
    }
    return DenseLayer.of(
        rows, cols, format, values(rows * cols, format.wideWeights()), bias, shift);
  }

  short[] values(int count, boolean wide) {
    int least = wide ? Short.MIN_VALUE : Byte.MIN_VALUE;
    short[] values = new short[count];
    for (int i = 0; i < count; i++) {
      int value =
          switch (random.nextInt(4)) {
            case 0 -> least;
            case 1 -> -least - 1;
            default -> random.nextInt(least, -least);
          };
      values[i] = (short) value;
    }
    return values;
  }
}
