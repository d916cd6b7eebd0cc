package dev.halyard.runtime.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.halyard.DType;
import dev.halyard.Dims;
import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.runtime.reference.Interpreter;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/** What graphs compute, by the reference interpreter. */
final class Meaning {
  private Meaning() {}

  /** {@return random tensors for the inputs and states of a graph} */
  static Map<String, Tensor> inputs(Graph graph, Dims dims, long seed) {
    Random random = new Random(seed);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (Value input : graph.inputs()) {
      Tensor tensor =
          TensorArena.ofAuto().allocate(input.dtype(), input.shape().resolve(dims).toArray());
      for (long i = 0; i < tensor.elements(); i++) {
        tensor.setDouble(i, random(random, input.dtype()));
      }
      inputs.put(input.name(), tensor);
    }
    return inputs;
  }

  private static double random(Random random, DType dtype) {
    return dtype.isFloat() ? random.nextGaussian() : random.nextInt(5);
  }

  static Map<String, Tensor> of(Graph graph, Map<String, Tensor> inputs) {
    return new Interpreter().run(graph, inputs);
  }

  /** {@return what the partitions compute, each by the interpreter, in their order} */
  static Map<String, Tensor> of(Lowered lowered, Map<String, Tensor> inputs) {
    Map<Value, Tensor> known = new HashMap<>();
    lowered.graph().inputs().forEach(v -> known.put(v, get(inputs, v.name())));
    for (Placed placed : lowered.placed()) {
      Map<String, Tensor> in = new LinkedHashMap<>();
      for (int i = 0; i < placed.inputs().size(); i++) {
        String port = placed.partition().inputs().get(i).value().name();
        in.put(port, Objects.requireNonNull(known.get(placed.inputs().get(i))));
      }
      Graph graph = (Graph) placed.partition().graph();
      List<Tensor> out = List.copyOf(of(graph, in).values());
      for (int i = 0; i < out.size(); i++) {
        known.put(placed.outputs().get(i), out.get(i));
      }
    }
    Map<String, Tensor> results = new LinkedHashMap<>();
    List<String> ports = lowered.graph().outputNames();
    for (int i = 0; i < ports.size(); i++) {
      Value value = lowered.graph().outputs().get(i);
      results.put(ports.get(i), Objects.requireNonNull(known.get(value)));
    }
    return results;
  }

  static Tensor get(Map<String, Tensor> tensors, String name) {
    return Objects.requireNonNull(tensors.get(name), name);
  }

  /** Compares bit by bit but for the payload of a NaN; a tolerance is relative to 1 + |wanted|. */
  static void assertSame(
      String what, Map<String, Tensor> wanted, Map<String, Tensor> found, double tolerance) {
    assertEquals(List.copyOf(wanted.keySet()), List.copyOf(found.keySet()), what);
    wanted.forEach(
        (name, tensor) -> assertSame(what + ", " + name, tensor, get(found, name), tolerance));
  }

  private static void assertSame(String name, Tensor wanted, Tensor found, double tolerance) {
    assertEquals(wanted.toString(), found.toString(), name);
    for (long i = 0; i < wanted.elements(); i++) {
      double a = wanted.getDouble(i);
      double b = found.getDouble(i);
      // Without a tolerance, -0 is not +0.
      boolean near = tolerance > 0 && Math.abs(a - b) <= tolerance * (1 + Math.abs(a));
      if (Double.compare(a, b) != 0 && !near) {
        throw new AssertionError(name + "[" + i + "]: wanted " + a + ", found " + b);
      }
    }
  }
}
