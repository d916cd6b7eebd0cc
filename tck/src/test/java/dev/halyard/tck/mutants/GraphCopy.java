package dev.halyard.tck.mutants;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.Value;
import dev.halyard.internal.Node;
import dev.halyard.spi.Attributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Copies a graph, with a fault in the place of some nodes. */
final class GraphCopy {
  /** Puts a fault in the place of a node. */
  interface Fault {
    /** {@return the results in the node's place; empty to copy it} */
    Optional<Value> replace(Node node, List<Value> operands, GraphCopy to);
  }

  final Graph.Builder builder;
  private final Map<Value, Value> made = new HashMap<>();
  private int changed;

  private GraphCopy(Graph source) {
    builder = Graph.builder(source.name());
    for (Value input : source.inputs()) {
      made.put(input, builder.input(input.name(), input.dtype(), input.shape()));
    }
  }

  /** {@return the graph with a fault; empty where the fault finds no place in it} */
  static Optional<Graph> of(Graph source, Fault fault) {
    if (!source.states().isEmpty()) {
      return Optional.empty();
    }
    GraphCopy copy = new GraphCopy(source);
    for (Node node : Node.of(source)) {
      copy.add(node, fault);
    }
    for (int i = 0; i < source.outputs().size(); i++) {
      copy.builder.output(source.outputNames().get(i), copy.get(source.outputs().get(i)));
    }
    return copy.changed == 0 ? Optional.empty() : Optional.of(copy.builder.build());
  }

  private void add(Node node, Fault fault) {
    List<Value> operands = node.inputs().stream().map(this::get).toList();
    Optional<Value> replaced = fault.replace(node, operands, this);
    if (replaced.isPresent()) {
      changed++;
      made.put(node.outputs().getFirst(), replaced.get());
      return;
    }
    List<Value> results = same(node, node.attributes(), operands);
    for (int i = 0; i < results.size(); i++) {
      made.put(node.outputs().get(i), results.get(i));
    }
  }

  /** {@return the results of a node's operation on other operands or with other attributes} */
  List<Value> same(Node node, Attributes attributes, List<Value> operands) {
    Value[] given = operands.toArray(Value[]::new);
    return node.op().startsWith("halyard.") || node.body().isEmpty()
        ? builder.op(node.op(), attributes, given)
        : builder.composite(node.op(), attributes, node.body().orElseThrow(), given);
  }

  Value scalar(DType dtype, double value) {
    return builder.scalar(dtype, value);
  }

  Value constant(Tensor tensor) {
    return builder.constant(tensor);
  }

  private Value get(Value value) {
    return made.computeIfAbsent(value, v -> builder.constant(v.constantTensor().orElseThrow()));
  }
}
