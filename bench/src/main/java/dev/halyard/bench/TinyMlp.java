package dev.halyard.bench;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Value;
import java.util.Random;

/** The 16-64-32-32-5 network (the jet tagger of hls4ml, arXiv:1804.06913) with seeded weights. */
final class TinyMlp {
  private static final int[] WIDTHS = {16, 64, 32, 32, 5};
  private static final long SEED = 7;

  private TinyMlp() {}

  static Graph graph() {
    Random random = new Random(SEED);
    return Graph.of(
        "mlp-16-64-32-32-5",
        g -> {
          Value x = g.input("x", DType.F32, 1, WIDTHS[0]);
          for (int i = 1; i < WIDTHS.length; i++) {
            Value weights =
                g.constant(normal(random, WIDTHS[i - 1] * WIDTHS[i]), WIDTHS[i - 1], WIDTHS[i]);
            x = x.matmul(weights).add(g.constant(normal(random, WIDTHS[i])));
            x = i < WIDTHS.length - 1 ? x.relu() : x.softmax(-1);
          }
          g.output("y", x);
        });
  }

  private static float[] normal(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() * 0.3);
    }
    return values;
  }
}
