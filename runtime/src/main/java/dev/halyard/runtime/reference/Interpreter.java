package dev.halyard.runtime.reference;

import dev.halyard.DType;
import dev.halyard.Dims;
import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.Value;
import dev.halyard.internal.Node;
import dev.halyard.spi.Attributes;
import dev.halyard.spi.NodeView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Evaluates graphs slowly and obviously; what it gives is what an operation means.
 *
 * <p>Every primitive on floats computes in double precision from its operands and is rounded as
 * {@link Rounding} says; transcendental functions are within a few units of 2^-53. Integers are
 * exact and wrap to their type. Composites are evaluated by their bodies. Elements are taken as
 * numbers: the payload of a NaN is not kept.
 *
 * <p>Immutable and safe to share between threads.
 */
public final class Interpreter {
  private static final Map<String, Primitive> PRIMITIVES = new HashMap<>();

  static {
    Elementwise.declareAll(PRIMITIVES::put);
    Linear.declareAll(PRIMITIVES::put);
    Reductions.declareAll(PRIMITIVES::put);
    Sorting.declareAll(PRIMITIVES::put);
    DataMovement.declareAll(PRIMITIVES::put);
    Quantization.declareAll(PRIMITIVES::put);
  }

  private final Rounding rounding;

  /** Makes an interpreter that rounds the result of every node. */
  public Interpreter() {
    this(Rounding.EACH_NODE);
  }

  /**
   * Makes an interpreter.
   *
   * @param rounding when floats are rounded to their type
   */
  public Interpreter(Rounding rounding) {
    this.rounding = rounding;
  }

  static Set<String> primitives() {
    return PRIMITIVES.keySet();
  }

  /**
   * Runs a graph.
   *
   * @param graph the graph; the values of its symbols follow from the shapes of the inputs
   * @param inputs a tensor per input and state
   * @return a new tensor per output and state, in the order of {@link Graph#outputNames}; a state
   *     under its own name
   * @throws IllegalArgumentException if a tensor is missing, unknown, or of another type than its
   *     input
   */
  public Map<String, Tensor> run(Graph graph, Map<String, Tensor> inputs) {
    Set<String> ports = new TreeSet<>();
    graph.inputs().forEach(input -> ports.add(input.name()));
    if (!ports.equals(inputs.keySet())) {
      throw new IllegalArgumentException(
          "the reference interpreter wants the inputs "
              + ports
              + " of graph '"
              + graph.name()
              + "', given are "
              + inputs.keySet());
    }
    Dims dims = Symbols.infer(graph, inputs);
    List<Array> operands = new ArrayList<>();
    for (Value input : graph.inputs()) {
      Tensor tensor = Objects.requireNonNull(inputs.get(input.name()));
      requireType(graph, input, tensor, dims);
      operands.add(Array.of(tensor));
    }
    List<Array> results = evaluate(graph, operands, dims);
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (int i = 0; i < results.size(); i++) {
      outputs.put(graph.outputNames().get(i), toTensor(results.get(i)));
    }
    return outputs;
  }

  private static void requireType(Graph graph, Value input, Tensor tensor, Dims dims) {
    boolean fits =
        tensor.dtype() == input.dtype()
            && tensor.shape().length == input.shape().rank()
            && Arrays.equals(tensor.shape(), input.shape().resolve(dims).toArray());
    if (!fits) {
      throw new IllegalArgumentException(
          "the reference interpreter wants "
              + input.dtype()
              + input.shape()
              + " for input '"
              + input.name()
              + "' of graph '"
              + graph.name()
              + "', given is "
              + tensor.dtype()
              + Arrays.toString(tensor.shape())
              + " with "
              + dims);
    }
  }

  /**
   * Evaluates one node whose attributes have no symbols, rounding its results only.
   *
   * @param node the node, a primitive or a composite
   * @param inputs its operands
   * @return its results, new tensors
   */
  public static List<Tensor> evaluate(NodeView node, List<Tensor> inputs) {
    List<Array> operands = inputs.stream().map(Array::of).toList();
    return new Interpreter(Rounding.OUTPUTS)
        .evaluate((Node) node, operands, Dims.none()).stream()
            .map(result -> result.toTensor(result.dtype()))
            .toList();
  }

  /**
   * Evaluates one node with this interpreter's rounding.
   *
   * @param node the node, a primitive or a composite
   * @param inputs its operands; with {@link Rounding#NONE} those of a float type may be F64
   * @param dims a value for every symbol in its attributes
   * @return its results, new tensors
   */
  public List<Tensor> evaluate(NodeView node, List<Tensor> inputs, Dims dims) {
    List<Array> operands = inputs.stream().map(Array::of).toList();
    return evaluate((Node) node, operands, dims).stream().map(this::toTensor).toList();
  }

  private Tensor toTensor(Array result) {
    boolean wide = rounding == Rounding.NONE && result.isFloat();
    return result.toTensor(wide ? DType.F64 : result.dtype());
  }

  private List<Array> evaluate(Graph graph, List<Array> inputs, Dims dims) {
    IdentityHashMap<Value, Array> known = new IdentityHashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      known.put(graph.inputs().get(i), inputs.get(i));
    }
    for (Node node : Node.of(graph)) {
      List<Array> operands = node.inputs().stream().map(value -> lookUp(value, known)).toList();
      List<Array> results = evaluate(node, operands, dims);
      for (int i = 0; i < results.size(); i++) {
        known.put(node.outputs().get(i), results.get(i));
      }
    }
    return graph.outputs().stream().map(value -> lookUp(value, known)).toList();
  }

  private static Array lookUp(Value value, IdentityHashMap<Value, Array> known) {
    return known.computeIfAbsent(
        value,
        constant ->
            Array.of(
                constant
                    .constantTensor()
                    .orElseThrow(
                        () -> new IllegalStateException("'" + constant + "' has no value yet"))));
  }

  private List<Array> evaluate(Node node, List<Array> operands, Dims dims) {
    if (node.body().isPresent()) {
      return evaluate(node.body().get(), operands, dims);
    }
    Primitive primitive = PRIMITIVES.get(node.op());
    if (primitive == null) {
      throw new UnsupportedOperationException(
          "the reference interpreter has no rule for "
              + node.op()
              + ", node '"
              + node.name()
              + "'");
    }
    Attributes attributes = node.attributes().resolve(dims);
    List<Array> results =
        primitive.apply(new Primitive.Call(attributes, operands, node.output().dtype()));
    return rounding == Rounding.EACH_NODE ? results.stream().map(Array::rounded).toList() : results;
  }
}
