package dev.halyard.tck.numerical;

import dev.halyard.DType;
import dev.halyard.Gelu;
import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.Window;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Pieces of networks as they are found in practice. */
final class Networks {
  private Networks() {}

  /** Describes a graph from inputs. */
  @FunctionalInterface
  private interface Body {
    Value of(Graph.Builder graph, List<Value> inputs);
  }

  /**
   * {@return every piece, with random inputs}
   *
   * @param dtype of all values
   * @param random draws inputs and weights
   */
  static List<TestCase> all(DType dtype, SplittableRandom random) {
    List<TestCase> all = new ArrayList<>();
    all.add(
        of(
            "matmul bias gelu",
            dtype,
            random,
            2L * 9 * 48 * 40,
            (g, x) -> x.get(0).matmul(x.get(1)).add(x.get(2)).gelu(Gelu.ERF),
            new long[] {9, 48},
            new long[] {48, 40},
            new long[] {40}));
    all.add(
        of(
            "matmul bias residual relu",
            dtype,
            random,
            2L * 33 * 20 * 33,
            (g, x) -> x.get(0).matmul(x.get(1)).add(x.get(2)).add(x.get(3)).relu(),
            new long[] {33, 20},
            new long[] {20, 33},
            new long[] {33},
            new long[] {33, 33}));
    all.add(
        of(
            "conv bias relu",
            dtype,
            random,
            2L * 5 * 27 * 49,
            (g, x) ->
                x.get(0).conv(x.get(1), Window.of(3, 3).padding(1, 1), 1).add(x.get(2)).relu(),
            new long[] {1, 3, 7, 7},
            new long[] {5, 3, 3, 3},
            new long[] {1, 5, 1, 1}));
    all.add(
        of(
            "residual layer norm",
            dtype,
            random,
            8L * 6 * 64,
            (g, x) -> x.get(0).add(x.get(1)).layerNorm(x.get(2), x.get(3), -1, 1e-5),
            new long[] {6, 64},
            new long[] {6, 64},
            new long[] {64},
            new long[] {64}));
    all.add(
        of(
            "attention",
            dtype,
            random,
            4L * 2 * 10 * 12 * 16,
            (g, x) -> x.get(0).attention(x.get(1), x.get(2), 0.25),
            new long[] {2, 10, 16},
            new long[] {2, 12, 16},
            new long[] {2, 12, 16}));
    all.add(
        of(
            "scores softmax values",
            dtype,
            random,
            4L * 2 * 10 * 12 * 16,
            (g, x) ->
                x.get(0).matmul(x.get(1).transpose(0, 2, 1)).mul(0.25).softmax(-1).matmul(x.get(2)),
            new long[] {2, 10, 16},
            new long[] {2, 12, 16},
            new long[] {2, 12, 16}));
    all.add(
        of(
            "elementwise chain",
            dtype,
            random,
            6L * 1000,
            (g, x) -> x.get(0).mul(x.get(1)).add(0.5).tanh().mul(x.get(1)).sigmoid().sub(x.get(0)),
            new long[] {1000},
            new long[] {1000}));
    all.add(
        of("gelu", dtype, random, 1200, (g, x) -> x.get(0).gelu(Gelu.ERF), new long[] {3, 401}));
    all.add(
        of(
            "variance of rows",
            dtype,
            random,
            4L * 16 * 50,
            (g, x) -> {
              Value centred = x.get(0).sub(x.get(0).mean(true, 1));
              return centred.mul(centred).mean(false, 1).add(1e-3).sqrt();
            },
            new long[] {16, 50}));
    return all;
  }

  private static TestCase of(
      String name, DType dtype, SplittableRandom random, long flops, Body body, long[]... shapes) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    Graph graph =
        Graph.of(
            "network",
            g -> {
              List<Value> values = new ArrayList<>();
              for (long[] shape : shapes) {
                String port = "x" + values.size();
                values.add(g.input(port, dtype, shape));
                inputs.put(port, random(dtype, random, shape));
              }
              g.output("y", body.of(g, values));
            });
    return new TestCase(name, graph, inputs, flops);
  }

  private static Tensor random(DType dtype, SplittableRandom random, long... shape) {
    Tensor tensor = TensorArena.ofAuto().allocate(dtype, shape);
    for (long i = 0; i < tensor.elements(); i++) {
      tensor.setDouble(i, random.nextDouble(-1, 1));
    }
    return tensor;
  }
}
