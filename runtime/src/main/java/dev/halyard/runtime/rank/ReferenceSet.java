package dev.halyard.runtime.rank;

import dev.halyard.DType;
import dev.halyard.Gelu;
import dev.halyard.Graph;
import dev.halyard.Objective;
import dev.halyard.Value;
import java.util.List;
import java.util.Random;

/** The graphs that stand for "in general" when no graph is given. */
public final class ReferenceSet {
  private static final long SEED = 42;

  private ReferenceSet() {}

  /**
   * {@return small networks for LATENCY, larger batches for THROUGHPUT}
   *
   * @param objective what is asked for
   */
  public static List<Graph> of(Objective objective) {
    int batch = objective == Objective.THROUGHPUT ? 64 : 1;
    return List.of(
        mlp(batch), transformerFeedForward(objective == Objective.THROUGHPUT ? 256 : 16));
  }

  private static Graph mlp(int batch) {
    Random random = new Random(SEED);
    int[] widths = {16, 64, 32, 32, 5};
    return Graph.of(
        "reference-mlp-" + batch,
        g -> {
          Value x = g.input("x", DType.F32, batch, widths[0]);
          for (int i = 1; i < widths.length; i++) {
            x =
                x.matmul(
                    g.constant(
                        normal(random, widths[i - 1] * widths[i]), widths[i - 1], widths[i]));
            x = x.add(g.constant(normal(random, widths[i]))).relu();
          }
          g.output("y", x.softmax(-1));
        });
  }

  private static Graph transformerFeedForward(int rows) {
    Random random = new Random(SEED);
    return Graph.of(
        "reference-feed-forward-" + rows,
        g -> {
          Value x = g.input("x", DType.F32, rows, 128);
          Value h = x.matmul(g.constant(normal(random, 128 * 512), 128, 512)).gelu(Gelu.ERF);
          Value y = h.matmul(g.constant(normal(random, 512 * 128), 512, 128)).add(x);
          g.output(
              "y",
              y.layerNorm(
                  g.constant(normal(random, 128)), g.constant(normal(random, 128)), -1, 1e-5));
        });
  }

  private static float[] normal(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() * 0.1);
    }
    return values;
  }
}
