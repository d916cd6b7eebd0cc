package dev.halyard.tck.numerical;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.Value;
import dev.halyard.testkit.QuantizedLayer;
import dev.halyard.testkit.QuantizedLayer.Relu;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Quantised dense layers, one behind the other, with results in 64-bit integers beside them.
 *
 * @param layers at least one, in order
 */
record Layers(List<QuantizedLayer> layers) {
  static final List<DType> DTYPES = List.of(DType.I8, DType.I16);

  /** {@return one layer} */
  static Layers of(QuantizedLayer layer) {
    return new Layers(List.of(layer));
  }

  /** {@return three layers of different widths, of one type} */
  static Layers three(DType dtype, SplittableRandom random) {
    return new Layers(
        List.of(
            QuantizedLayer.random(random, dtype, 5, dtype, 30, 33)
                .shift(3)
                .bias(random, 50)
                .relu(Relu.RELU),
            QuantizedLayer.random(random, DType.I8, 5, dtype, 33, 16).shift(4).relu(Relu.MAX),
            QuantizedLayer.random(random, dtype, 5, dtype, 16, 10).shift(2).bias(random, 50)));
  }

  /** {@return graphs of one type throughout: single layers of awkward widths and three in a row} */
  static List<TestCase> cases(DType dtype, SplittableRandom random) {
    List<TestCase> cases = new ArrayList<>();
    cases.add(three(dtype, random).test(dtype, random, 19));
    for (int width : new int[] {1, 7, 16, 17, 65}) {
      QuantizedLayer layer = QuantizedLayer.random(random, dtype, 5, dtype, width, 9).shift(1);
      cases.add(of(layer).test(dtype, random, 3));
      cases.add(of(layer.relu(Relu.RELU)).test(dtype, random, 18));
    }
    return cases;
  }

  /** {@return the layers in a graph} */
  Value apply(Graph.Builder graph, Value x) {
    Value value = x;
    for (QuantizedLayer layer : layers) {
      value = layer.apply(graph, value);
    }
    return value;
  }

  /**
   * {@return the graph of an input x and an output y}
   *
   * @param dtype the type of x
   * @param shape the shape of x
   */
  Graph graph(DType dtype, long... shape) {
    return Graph.of("layers", g -> g.output("y", apply(g, g.input("x", dtype, shape))));
  }

  /** {@return the results of rows} */
  long[] exact(long... x) {
    long[] values = x;
    for (QuantizedLayer layer : layers) {
      values = layer.exact(values);
    }
    return values;
  }

  int inputs() {
    return layers.getFirst().inputs();
  }

  int outputs() {
    return layers.getLast().outputs();
  }

  /** {@return the layers on rows of any numbers, often the ends of their type} */
  TestCase test(DType dtype, SplittableRandom random, int rows) {
    Tensor x = Integers.any(dtype, random, rows, inputs());
    String name = layers.size() + " layers, " + rows + "x" + inputs() + " to " + outputs();
    long products =
        layers.stream().mapToLong(layer -> (long) layer.inputs() * layer.outputs()).sum();
    return new TestCase(name, graph(dtype, rows, inputs()), Map.of("x", x), 2L * rows * products);
  }

  /** Adds what was found for rows to the errors. */
  void compare(Tensor found, ErrorStats stats, long... x) {
    long[] wanted = exact(x);
    if (found.elements() != wanted.length) {
      throw new AssertionError(found + " should have " + wanted.length + " elements");
    }
    for (int i = 0; i < wanted.length; i++) {
      int at = i;
      stats.addInteger(found.getLong(i), wanted[i], () -> DotCase.place(found, at));
    }
  }
}
