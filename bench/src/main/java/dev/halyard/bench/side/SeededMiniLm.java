package dev.halyard.bench.side;

import dev.halyard.DType;
import dev.halyard.Gelu;
import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.Value;

/**
 * The network of all-MiniLM-L6-v2 (BERT, arXiv:1810.04805, with 6 layers of 384) with seeded
 * weights, for a machine that the model of 90 MB has not come to. Times are those of the model;
 * results mean nothing. native/torch_side.py makes the same weights.
 */
final class SeededMiniLm {
  private static final int LAYERS = 6;
  private static final int HIDDEN = 384;
  private static final int HEADS = 12;
  private static final int INNER = 1536;
  private static final int WORDS = 30_522;
  private static final int POSITIONS = 512;
  private static final double EPSILON = 1e-12;
  private static final float SPREAD = 0.1f;

  private final Graph.Builder graph;
  private final int tokens;
  private int weights;

  private SeededMiniLm(Graph.Builder graph, int tokens) {
    this.graph = graph;
    this.tokens = tokens;
  }

  /** {@return the network, from {@code input_ids} of I64[1, tokens] to F32[1, tokens, 384]} */
  static Graph graph(int tokens) {
    return Graph.of(
        "minilm-seeded", g -> g.output("last_hidden_state", new SeededMiniLm(g, tokens).build()));
  }

  private Value build() {
    Value ids = graph.input("input_ids", DType.I64, 1, tokens);
    Value words = weight(1, WORDS, HIDDEN).gather(ids, 0);
    Value positions = weight(1, POSITIONS, HIDDEN).gather(range(tokens), 0);
    Value type = weight(1, 2, HIDDEN).gather(range(1), 0);
    Value x = norm(words.add(positions).add(type));
    for (int layer = 0; layer < LAYERS; layer++) {
      x = layer(x);
    }
    return x;
  }

  private Value layer(Value x) {
    Value q = byHead(dense(x, HIDDEN, HIDDEN));
    Value k = byHead(dense(x, HIDDEN, HIDDEN));
    Value v = byHead(dense(x, HIDDEN, HIDDEN));
    double scale = 1 / Math.sqrt((double) HIDDEN / HEADS);
    Value scores = q.matmul(k.transpose(0, 1, 3, 2)).mul(scale);
    Value context = scores.softmax(-1).matmul(v).transpose(0, 2, 1, 3).reshape(1, tokens, HIDDEN);
    Value attended = norm(dense(context, HIDDEN, HIDDEN).add(x));
    Value inner = dense(attended, HIDDEN, INNER).gelu(Gelu.ERF);
    return norm(dense(inner, INNER, HIDDEN).add(attended));
  }

  private Value byHead(Value x) {
    return x.reshape(1, tokens, HEADS, HIDDEN / HEADS).transpose(0, 2, 1, 3);
  }

  private Value dense(Value x, int rows, int columns) {
    Value matrix = weight((float) Math.sqrt(3.0 / rows), rows, columns);
    return x.matmul(matrix).add(weight(SPREAD, columns));
  }

  private Value norm(Value x) {
    float[] scale = numbers(SPREAD, HIDDEN);
    for (int i = 0; i < scale.length; i++) {
      scale[i] += 1;
    }
    return x.layerNorm(graph.constant(scale, HIDDEN), weight(SPREAD, HIDDEN), -1, EPSILON);
  }

  private Value range(int count) {
    long[] range = new long[count];
    for (int i = 0; i < count; i++) {
      range[i] = i;
    }
    return graph.constant(Tensor.of(range, count));
  }

  private Value weight(float scale, long... shape) {
    int count = 1;
    for (long extent : shape) {
      count = Math.toIntExact(count * extent);
    }
    return graph.constant(numbers(scale, count), shape);
  }

  /**
   * Numbers in [-scale, scale): MurmurHash3's finaliser of the position (Appleby, public domain).
   */
  private float[] numbers(float scale, int count) {
    int seed = ++weights * 0x9E3779B9;
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      int x = i + seed;
      x = (x ^ x >>> 16) * 0x85EBCA6B;
      x = (x ^ x >>> 13) * 0xC2B2AE35;
      x ^= x >>> 16;
      numbers[i] = ((x >>> 8) / (float) (1 << 23) - 1) * scale;
    }
    return numbers;
  }
}
