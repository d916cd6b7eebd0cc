package dev.halyard.tck.numerical;

import dev.halyard.DType;
import dev.halyard.Dims;
import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.runtime.reference.Interpreter;
import dev.halyard.runtime.reference.Rounding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An elementwise operation on tensors of chosen values, with its exact results.
 *
 * @param test the graph, whose only output is {@code y}
 * @param operands the values, exactly as the dtype holds them
 * @param exact the results in double precision
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and too many elements for a list
record FunctionCase(TestCase test, List<double[]> operands, double[] exact) {
  private static final Interpreter EXACT = new Interpreter(Rounding.NONE);

  /** Applies an operation to inputs. */
  @FunctionalInterface
  interface Operation {
    Value apply(List<Value> inputs);
  }

  /**
   * {@return a case}
   *
   * @param name what it is
   * @param operation gives a graph of a single node
   * @param inputs the operands, of one shape
   */
  static FunctionCase of(String name, Operation operation, List<Tensor> inputs) {
    Map<String, Tensor> named = new LinkedHashMap<>();
    for (Tensor input : inputs) {
      named.put("x" + named.size(), input);
    }
    Graph graph =
        Graph.of(
            "function",
            g -> {
              List<Value> values = new ArrayList<>();
              named.forEach((port, x) -> values.add(g.input(port, x.dtype(), x.shape())));
              g.output("y", operation.apply(values));
            });
    List<Tensor> wide = inputs.stream().map(FunctionCase::widened).toList();
    double[] exact = exact(graph, wide);
    return new FunctionCase(
        new TestCase(name, graph, named, exact.length),
        inputs.stream().map(Tensor::toDoubles).toList(),
        exact);
  }

  private static double[] exact(Graph graph, List<Tensor> wide) {
    return EXACT.evaluate(graph.nodes().getLast(), wide, Dims.none()).getFirst().toDoubles();
  }

  /** {@return the exact results of operands whose denormals are zeros, where they may be} */
  double[] exact(Denormals denormals) {
    return denormals.flushed()
        ? exact(
            test.graph(), test.inputs().values().stream().map(x -> vanished(denormals, x)).toList())
        : exact;
  }

  private static Tensor vanished(Denormals denormals, Tensor x) {
    Tensor wide = widened(x);
    if (x.dtype().isFloat()) {
      FloatType type = FloatType.of(x.dtype());
      for (long i = 0; i < wide.elements(); i++) {
        wide.setDouble(i, denormals.vanished(type, wide.getDouble(i)));
      }
    }
    return wide;
  }

  private static Tensor widened(Tensor x) {
    return x.dtype().isFloat()
        ? TensorArena.ofAuto().allocate(DType.F64, x.shape()).copyFrom(x.toDoubles())
        : x;
  }

  /** {@return an element's place and operands, for messages} */
  String place(int index) {
    StringBuilder place = new StringBuilder("[" + index + "] of");
    for (double[] operand : operands) {
      place.append(' ').append(operand[index]);
    }
    return place.toString();
  }
}
