package dev.halyard.runtime.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.spi.Attributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Evaluates one operation on literal tensors. */
final class Evaluation {
  private Evaluation() {}

  static final Attributes NONE = Attributes.none();

  static Tensor one(String op, Attributes attributes, Tensor... operands) {
    return all(op, attributes, operands).getFirst();
  }

  static Tensor one(String op, Tensor... operands) {
    return one(op, NONE, operands);
  }

  static List<Tensor> all(String op, Attributes attributes, Tensor... operands) {
    Map<String, Tensor> inputs = new HashMap<>();
    Graph graph =
        Graph.of(
            "one",
            g -> {
              List<Value> values = new ArrayList<>();
              for (Tensor operand : operands) {
                String name = "x" + inputs.size();
                inputs.put(name, operand);
                values.add(g.input(name, operand.dtype(), operand.shape()));
              }
              List<Value> results = g.op(op, attributes, values.toArray(Value[]::new));
              for (int i = 0; i < results.size(); i++) {
                g.output("y" + i, results.get(i));
              }
            });
    return new ArrayList<>(new Interpreter().run(graph, inputs).values());
  }

  static Tensor literal(DType dtype, double... values) {
    return tensor(dtype, new long[] {values.length}, values);
  }

  static Tensor tensor(DType dtype, long[] shape, double... values) {
    Tensor tensor = TensorArena.ofAuto().allocate(dtype, shape);
    for (int i = 0; i < values.length; i++) {
      tensor.setDouble(i, values[i]);
    }
    return tensor;
  }

  static long[] shape(long... extents) {
    return extents;
  }

  /** {@return 1, 2, 3, ... in a shape} */
  static Tensor counting(DType dtype, long... shape) {
    Tensor tensor = TensorArena.ofAuto().allocate(dtype, shape);
    for (long i = 0; i < tensor.elements(); i++) {
      tensor.setDouble(i, i + 1.0);
    }
    return tensor;
  }

  static void assertHolds(Tensor found, long[] shape, double... values) {
    assertArrayEquals(shape, found.shape());
    assertArrayEquals(values, found.toDoubles());
  }
}
