package dev.halyard.runtime.reference;

import dev.halyard.Dim;
import dev.halyard.Dims;
import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.Value;
import java.util.HashMap;
import java.util.Map;

/** Finds the values of symbolic dimensions from the shapes of inputs. */
final class Symbols {
  private Symbols() {}

  /**
   * {@return the value of every symbol that stands alone, or times a number plus a number, as an
   * extent of an input}
   */
  static Dims infer(Graph graph, Map<String, Tensor> inputs) {
    Dims dims = Dims.none();
    for (Value input : graph.inputs()) {
      Tensor tensor = inputs.get(input.name());
      if (tensor == null || tensor.shape().length != input.shape().rank()) {
        continue;
      }
      for (int axis = 0; axis < input.shape().rank(); axis++) {
        dims = solve(input.shape().dim(axis), tensor.shape()[axis], dims);
      }
    }
    return dims;
  }

  private static Dims solve(Dim dim, long extent, Dims known) {
    Map<String, Long> factors = new HashMap<>();
    boolean[] linear = {true};
    long constant =
        dim.decompose(
            new Dim.Visitor() {
              @Override
              public void symbol(long factor, String name, long min, long max) {
                factors.put(name, factor);
              }

              @Override
              public void floorDiv(long factor, Dim of, long divisor) {
                linear[0] = false;
              }
            });
    if (!linear[0] || factors.size() != 1) {
      return known;
    }
    Map.Entry<String, Long> only = factors.entrySet().iterator().next();
    long value = (extent - constant) / only.getValue();
    return known.has(only.getKey()) || value < 0 ? known : known.and(only.getKey(), value);
  }
}
