package dev.halyard.tck.contract;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.spi.Attributes;
import dev.halyard.testkit.QuantizedLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The plainest quantised products: per tensor, F32 scales, zero points of 0, constant weights. With
 * scales that come to a power of two, for devices that shift, and with others.
 */
final class QuantizedGraphs {
  private static final int ROWS = 16;
  private static final int INPUTS = 32;
  private static final int OUTPUTS = 16;

  private QuantizedGraphs() {}

  /**
   * {@return a matmul and a convolution, in either rounding, by weights of the type or of I8; then
   * layers, which shift}
   */
  static List<Graph> plain(DType dtype) {
    List<Graph> graphs = new ArrayList<>();
    for (String rounding : List.of("HALF_EVEN", "HALF_UP")) {
      for (DType weights : List.of(dtype, DType.I8)) {
        Attributes attributes = Attributes.none().with("rounding", rounding).with("to", dtype);
        graphs.add(matmul(dtype, weights, attributes));
        graphs.add(conv(dtype, weights, attributes));
      }
    }
    graphs.addAll(layers(dtype));
    return graphs;
  }

  /** {@return layers by weights of the type or of I8, with a bias or a ReLU and without} */
  static List<Graph> layers(DType dtype) {
    SplittableRandom random = new SplittableRandom(dtype.code());
    List<Graph> graphs = new ArrayList<>();
    for (DType weights : List.of(dtype, DType.I8)) {
      QuantizedLayer layer =
          QuantizedLayer.random(random, weights, 7, dtype, INPUTS, OUTPUTS).shift(4);
      graphs.add(graph(dtype, layer));
      graphs.add(graph(dtype, layer.bias(random, 100)));
      graphs.add(graph(dtype, layer.relu(QuantizedLayer.Relu.RELU)));
      graphs.add(graph(dtype, layer.bias(random, 100).relu(QuantizedLayer.Relu.MAX)));
    }
    return graphs;
  }

  private static Graph graph(DType dtype, QuantizedLayer layer) {
    return Graph.of("layer", g -> g.output("y", layer.apply(g, g.input("x", dtype, ROWS, INPUTS))));
  }

  private static Graph matmul(DType dtype, DType weights, Attributes attributes) {
    return product(
        "halyard.qmatmul/1", dtype, weights, attributes, Shape.of(ROWS, INPUTS), INPUTS, OUTPUTS);
  }

  private static Graph conv(DType dtype, DType weights, Attributes attributes) {
    long[] ones = {1, 1};
    long[] pads = {1, 1};
    Attributes window =
        attributes
            .with("strides", ones)
            .with("dilations", ones)
            .with("input_dilations", ones)
            .with("pad_low", pads)
            .with("pad_high", pads)
            .with("groups", 1L);
    return product("halyard.qconv/1", dtype, weights, window, Shape.of(1, 4, 8, 8), 8, 4, 3, 3);
  }

  private static Graph product(
      String op, DType dtype, DType weights, Attributes attributes, Shape x, long... shape) {
    Graph.Builder graph = Graph.builder(op.substring(0, op.indexOf('/')));
    Tensor values = TensorArena.ofAuto().allocate(weights, shape);
    for (long i = 0; i < values.elements(); i++) {
      values.setLong(i, i % 15 - 7);
    }
    List<Value> made =
        graph.op(
            op,
            attributes,
            graph.input("x", dtype, x),
            graph.scalar(DType.F32, 0.05),
            graph.scalar(dtype, 0),
            graph.constant(values),
            graph.scalar(DType.F32, 0.02),
            graph.scalar(weights, 0),
            graph.scalar(DType.F32, 0.1),
            graph.scalar(dtype, 0));
    graph.output("y", made.getFirst());
    return graph.build();
  }
}
