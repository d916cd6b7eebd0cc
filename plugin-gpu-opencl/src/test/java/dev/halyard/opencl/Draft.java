package dev.halyard.opencl;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.testkit.Case;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;

/** A graph in the making, with random inputs. */
record Draft(Graph.Builder graph, Map<String, Tensor> inputs, SplittableRandom random) {
  /** {@return a case with the same numbers at every call} */
  static Case of(String name, Function<Draft, Value> draw) {
    Map<String, Tensor> inputs = new HashMap<>();
    SplittableRandom random = new SplittableRandom(name.hashCode());
    return new Case(
        name,
        Graph.of("drafted", g -> g.output("y", draw.apply(new Draft(g, inputs, random)))),
        inputs);
  }

  Value input(DType dtype, long... shape) {
    String name = "x" + inputs.size();
    inputs.put(name, tensor(dtype, shape));
    return graph.input(name, dtype, shape);
  }

  Value constant(DType dtype, long... shape) {
    return graph.constant(tensor(dtype, shape));
  }

  private Tensor tensor(DType dtype, long... shape) {
    Tensor tensor = TensorArena.ofAuto().allocate(dtype, shape);
    for (long i = 0; i < tensor.elements(); i++) {
      double number = random.nextDouble(-1, 1);
      // In integers, numbers of both signs that products do not overflow with.
      tensor.setDouble(i, dtype.isFloat() ? number : Math.rint(number * 9));
    }
    return tensor;
  }
}
