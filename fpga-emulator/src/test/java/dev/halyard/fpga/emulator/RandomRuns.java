package dev.halyard.fpga.emulator;

import dev.halyard.fpga.xrt.dense.DenseFormat;
import dev.halyard.fpga.xrt.dense.DenseLayer;
import java.util.Random;

/** Draws layers, inputs and places in memory; values crowd at the ends of their types. */
final class RandomRuns {
  private static final int[] EXTENTS = {1, 3, 7, 15, 16, 17, 40, 64, 100, 300};
  private static final int[] BATCHES = {1, 1, 1, 2, 5, 16, 17, 33};

  private final Random random;

  RandomRuns(long seed) {
    random = new Random(seed);
  }

  DenseLayer layer() {
    return layer(oneOf(EXTENTS), oneOf(EXTENTS));
  }

  DenseLayer layer(int rows, int cols) {
    DenseFormat format =
        new DenseFormat(
            random.nextBoolean(), random.nextBoolean(), random.nextBoolean(), random.nextBoolean());
    long[] bias = new long[rows];
    int[] shift = new int[rows];
    long limit = 1L << oneOf(8, 20, 46);
    for (int row = 0; row < rows; row++) {
      bias[row] = random.nextLong(-limit + 1, limit);
      shift[row] = random.nextInt(random.nextInt(5) > 0 ? 20 : DenseLayer.MOST_SHIFT + 1);
    }
    return DenseLayer.of(
        rows, cols, format, values(rows * cols, format.wideWeights()), bias, shift);
  }

  int batch() {
    return oneOf(BATCHES);
  }

  short[] input(DenseLayer layer, int batch) {
    return values(layer.cols() * batch, layer.format().wideInput());
  }

  DenseHost.Places places() {
    return new DenseHost.Places(
        random.nextInt(200), 64L * random.nextInt(20), 64 + random.nextInt(200));
  }

  UnitTiming fixed() {
    return UnitTiming.fixed(random.nextInt(1, 120), random.nextInt(1, 90));
  }

  UnitTiming stalling() {
    return new UnitTiming(
        random.nextInt(1, 120), random.nextInt(1, 90), oneOf(30, 300, 800), random.nextLong());
  }

  int below(int limit) {
    return random.nextInt(limit);
  }

  private int oneOf(int... of) {
    return of[random.nextInt(of.length)];
  }

  private short[] values(int count, boolean wide) {
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
