package dev.halyard.tck.contract;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.testkit.Case;
import dev.halyard.testkit.QuantizedLayer;
import dev.halyard.testkit.QuantizedLayer.Relu;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Networks of quantised dense layers, small enough for a simulator: what an accelerator of nothing
 * else claims.
 */
final class LayerCases {
  static final List<DType> DTYPES = List.of(DType.I8, DType.I16);

  private static final int ROWS = 20;
  private static final int INPUTS = 24;
  private static final int HIDDEN = 17;
  private static final int OUTPUTS = 12;
  private static final int WEIGHT = 4;
  private static final int BIAS = 40;

  private LayerCases() {}

  /** {@return two networks in each type, on rows of which no two are alike} */
  static List<Case> all() {
    return Stream.of("layers", "other layers")
        .flatMap(name -> DTYPES.stream().map(dtype -> of("quantised " + name, dtype)))
        .toList();
  }

  private static Case of(String name, DType dtype) {
    SplittableRandom random = new SplittableRandom(name.hashCode());
    QuantizedLayer first =
        QuantizedLayer.random(random, dtype, WEIGHT, dtype, INPUTS, HIDDEN)
            .shift(3)
            .bias(random, BIAS)
            .relu(Relu.RELU);
    QuantizedLayer second =
        QuantizedLayer.random(random, DType.I8, WEIGHT, dtype, HIDDEN, OUTPUTS).shift(4);
    Graph graph =
        Graph.of(
            name + " " + dtype,
            g -> {
              Value x = g.input("x", dtype, ROWS, INPUTS);
              g.output("y", second.apply(g, first.apply(g, x)));
            });
    return new Case(graph.name(), graph, Map.of("x", rows(random, dtype)));
  }

  /** {@return small numbers, so that few results saturate and all can be told apart} */
  private static Tensor rows(SplittableRandom random, DType dtype) {
    Tensor x = TensorArena.ofAuto().allocate(dtype, ROWS, INPUTS);
    for (long i = 0; i < x.elements(); i++) {
      x.setLong(i, random.nextInt(-60, 61));
    }
    return x;
  }
}
