package dev.halyard.bench.side;

import dev.halyard.bench.side.BenchCase.Sgemm;
import java.util.Random;
import java.util.stream.IntStream;

/** The inputs of the cases: the same for every side. */
final class Inputs {
  /** The first word of the vocabulary that is no special token or letter, and how many follow. */
  private static final long FIRST_WORD = 2000;

  private static final int WORDS = 27_000;
  private static final long SEED = 20261129;

  private Inputs() {}

  static float[] left(Sgemm sgemm) {
    return uniform(SEED, sgemm.m() * sgemm.k());
  }

  static float[] right(Sgemm sgemm) {
    return uniform(SEED + 1, sgemm.k() * sgemm.n());
  }

  static float[] mlp() {
    return uniform(SEED + 2, TinyMlp.layers().getFirst().from());
  }

  static long[] ids(int tokens) {
    Random random = new Random(SEED + 3);
    long[] ids = new long[tokens];
    for (int i = 0; i < tokens; i++) {
      ids[i] = FIRST_WORD + random.nextInt(WORDS);
    }
    return ids;
  }

  /** What native/launch.c computes too. */
  static float[] launch(int count) {
    float[] values = new float[count];
    IntStream.range(0, count).forEach(i -> values[i] = i * 7919 % 1024 / 512f - 1);
    return values;
  }

  private static float[] uniform(long seed, int count) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat() * 2 - 1;
    }
    return values;
  }
}
