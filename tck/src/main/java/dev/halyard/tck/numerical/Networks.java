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

  /** {@return every piece in a float type; quantised layers in another} */
  static List<TestCase> of(DType dtype, SplittableRandom random) {
    return dtype.isFloat() ? all(dtype, random) : Layers.cases(dtype, random);
  }

  /**
   * {@return every piece, with random inputs; and again with all but the first as constants}
   *
   * @param dtype of all values
   * @param random draws inputs and weights
   */
  static List<TestCase> all(DType dtype, SplittableRandom random) {
    List<TestCase> all = new ArrayList<>();
    add(
        all,
        "matmul bias gelu",
        dtype,
        random,
        2L * 9 * 48 * 40,
        (g, x) -> x.get(0).matmul(x.get(1)).add(x.get(2)).gelu(Gelu.ERF),
        new long[] {9, 48},
        new long[] {48, 40},
        new long[] {40});
    add(
        all,
        "matmul bias residual relu",
        dtype,
        random,
        2L * 33 * 20 * 33,
        (g, x) -> x.get(0).matmul(x.get(1)).add(x.get(2)).add(x.get(3)).relu(),
        new long[] {33, 20},
        new long[] {20, 33},
        new long[] {33},
        new long[] {33, 33});
    add(
        all,
        "conv bias relu",
        dtype,
        random,
        2L * 5 * 27 * 49,
        (g, x) -> x.get(0).conv(x.get(1), Window.of(3, 3).padding(1, 1), 1).add(x.get(2)).relu(),
        new long[] {1, 3, 7, 7},
        new long[] {5, 3, 3, 3},
        new long[] {1, 5, 1, 1});
    add(
        all,
        "residual layer norm",
        dtype,
        random,
        8L * 6 * 64,
        (g, x) -> x.get(0).add(x.get(1)).layerNorm(x.get(2), x.get(3), -1, 1e-5),
        new long[] {6, 64},
        new long[] {6, 64},
        new long[] {64},
        new long[] {64});
    add(
        all,
        "attention",
        dtype,
        random,
        4L * 2 * 10 * 12 * 16,
        (g, x) -> x.get(0).attention(x.get(1), x.get(2), 0.25),
        new long[] {2, 10, 16},
        new long[] {2, 12, 16},
        new long[] {2, 12, 16});
    add(
        all,
        "scores softmax values",
        dtype,
        random,
        4L * 2 * 10 * 12 * 16,
        (g, x) ->
            x.get(0).matmul(x.get(1).transpose(0, 2, 1)).mul(0.25).softmax(-1).matmul(x.get(2)),
        new long[] {2, 10, 16},
        new long[] {2, 12, 16},
        new long[] {2, 12, 16});
    add(
        all,
        "elementwise chain",
        dtype,
        random,
        6L * 1000,
        (g, x) -> x.get(0).mul(x.get(1)).add(0.5).tanh().mul(x.get(1)).sigmoid().sub(x.get(0)),
        new long[] {1000},
        new long[] {1000});
    add(all, "gelu", dtype, random, 1200, (g, x) -> x.get(0).gelu(Gelu.ERF), new long[] {3, 401});
    add(
        all,
        "variance of rows",
        dtype,
        random,
        4L * 16 * 50,
        (g, x) -> {
          Value centred = x.get(0).sub(x.get(0).mean(true, 1));
          return centred.mul(centred).mean(false, 1).add(1e-3).sqrt();
        },
        new long[] {16, 50});
    return all;
  }

  private static void add(
      List<TestCase> all,
      String name,
      DType dtype,
      SplittableRandom random,
      long flops,
      Body body,
      long[]... shapes) {
    List<Tensor> values = new ArrayList<>();
    for (long[] shape : shapes) {
      values.add(random(dtype, random, shape));
    }
    all.add(of(name, flops, body, values, values.size()));
    if (values.size() > 1) {
      all.add(of("constant " + name, flops, body, values, 1));
    }
  }

  /** A case whose first values are inputs and whose others are constants, as weights are. */
  private static TestCase of(String name, long flops, Body body, List<Tensor> values, int inputs) {
    Map<String, Tensor> bound = new LinkedHashMap<>();
    Graph graph =
        Graph.of(
            "network",
            g -> {
              List<Value> operands = new ArrayList<>();
              for (Tensor value : values) {
                boolean constant = operands.size() >= inputs;
                operands.add(constant ? g.constant(value) : input(g, value, bound));
              }
              g.output("y", body.of(g, operands));
            });
    return new TestCase(name, graph, bound, flops);
  }

  private static Value input(Graph.Builder graph, Tensor value, Map<String, Tensor> bound) {
    String port = "x" + bound.size();
    bound.put(port, value);
    return graph.input(port, value.dtype(), value.shape());
  }

  private static Tensor random(DType dtype, SplittableRandom random, long... shape) {
    Tensor tensor = TensorArena.ofAuto().allocate(dtype, shape);
    for (long i = 0; i < tensor.elements(); i++) {
      tensor.setDouble(i, random.nextDouble(-1, 1));
    }
    return tensor;
  }
}
