package dev.halyard.bench.side;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The 16-64-32-32-5 network (the jet tagger of hls4ml, arXiv:1804.06913) with seeded weights. */
public final class TinyMlp {
  /** What the network and its cases are called. */
  public static final String NAME = "mlp-16-64-32-32-5";

  private static final int[] WIDTHS = {16, 64, 32, 32, 5};
  private static final long SEED = 7;

  private TinyMlp() {}

  /** A dense layer; relu follows, after the last one softmax. */
  static final class Layer {
    private final int from;
    private final int to;
    private final float[] weights;
    private final float[] bias;

    private Layer(int from, int to, float[] weights, float[] bias) {
      this.from = from;
      this.to = to;
      this.weights = weights;
      this.bias = bias;
    }

    int from() {
      return from;
    }

    int to() {
      return to;
    }

    float[] weights() {
      return weights;
    }

    float[] bias() {
      return bias;
    }
  }

  /** {@return the network, from {@code x} to {@code y}} */
  public static Graph graph() {
    return Graph.of(
        NAME,
        g -> {
          Value x = g.input("x", DType.F32, 1, WIDTHS[0]);
          List<Layer> layers = layers();
          for (Layer layer : layers) {
            Value weights = g.constant(layer.weights, layer.from, layer.to);
            x = x.matmul(weights).add(g.constant(layer.bias));
            x = layer == layers.getLast() ? x.softmax(-1) : x.relu();
          }
          g.output("y", x);
        });
  }

  static List<Layer> layers() {
    Random random = new Random(SEED);
    List<Layer> layers = new ArrayList<>();
    for (int i = 1; i < WIDTHS.length; i++) {
      float[] weights = normal(random, WIDTHS[i - 1] * WIDTHS[i]);
      layers.add(new Layer(WIDTHS[i - 1], WIDTHS[i], weights, normal(random, WIDTHS[i])));
    }
    return layers;
  }

  private static float[] normal(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (random.nextGaussian() * 0.3);
    }
    return values;
  }
}
