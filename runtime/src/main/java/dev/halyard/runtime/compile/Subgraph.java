package dev.halyard.runtime.compile;

import dev.halyard.Graph;
import dev.halyard.Value;
import dev.halyard.internal.Node;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Some nodes of a graph as a graph of their own, with ports named {@code v<id>} after the values of
 * the graph they come from.
 *
 * @param graph the nodes and the constants they use
 * @param inputs the values of the original that the nodes read and don't make, in the order of the
 *     inputs of {@code graph}
 * @param outputs the values of the original that others read, in the order of the outputs
 * @param nodes what each node of the original became
 * @param values what each value of the original became
 */
record Subgraph(
    Graph graph,
    List<Value> inputs,
    List<Value> outputs,
    Map<Node, Node> nodes,
    Map<Value, Value> values) {

  /**
   * {@return a copy of some nodes}
   *
   * @param name the name of the copy
   * @param whole the graph
   * @param chosen nodes of the graph, each after those of them that it uses
   */
  static Subgraph of(String name, Graph whole, List<Node> chosen) {
    Set<Node> inside = new HashSet<>();
    inside.addAll(chosen);
    List<Value> inputs = inputs(chosen, inside);
    List<Value> outputs = outputs(whole, chosen, inside);
    Graph.Builder builder = Graph.builder(name);
    Map<Value, Value> values = new HashMap<>();
    inputs.forEach(v -> values.put(v, builder.input(port(v), v.dtype(), v.shape())));
    for (Node node : chosen) {
      List<Value> results = copy(node, builder, values);
      for (int i = 0; i < results.size(); i++) {
        values.put(node.outputs().get(i), results.get(i));
      }
    }
    outputs.forEach(v -> builder.output(port(v), Objects.requireNonNull(values.get(v))));
    return new Subgraph(builder.build(), inputs, outputs, nodes(chosen, values), values);
  }

  private static String port(Value value) {
    return "v" + value.id();
  }

  private static List<Value> inputs(List<Node> chosen, Set<Node> inside) {
    return chosen.stream()
        .flatMap(node -> node.inputs().stream())
        .filter(v -> v.constant().isEmpty())
        .filter(v -> Kinds.producer(v).filter(inside::contains).isEmpty())
        .distinct()
        .sorted(Comparator.comparingInt(Value::id))
        .toList();
  }

  private static List<Value> outputs(Graph whole, List<Node> chosen, Set<Node> inside) {
    return chosen.stream()
        .flatMap(node -> node.outputs().stream())
        .filter(
            v ->
                whole.outputs().contains(v)
                    || whole.consumers(v).stream().anyMatch(user -> !inside.contains(user)))
        .sorted(Comparator.comparingInt(Value::id))
        .toList();
  }

  private static List<Value> copy(Node node, Graph.Builder builder, Map<Value, Value> values) {
    List<Value> operands = new ArrayList<>();
    for (Value operand : node.inputs()) {
      operands.add(
          values.computeIfAbsent(operand, v -> builder.constant(v.constantTensor().orElseThrow())));
    }
    Value[] given = operands.toArray(Value[]::new);
    Graph body = Rewriter.ownBody(node);
    return body == null
        ? builder.named(node.name(), node.op(), node.attributes(), given)
        : builder.namedComposite(node.name(), node.op(), node.attributes(), body, given);
  }

  private static Map<Node, Node> nodes(List<Node> chosen, Map<Value, Value> values) {
    Map<Node, Node> nodes = new HashMap<>();
    for (Node node : chosen) {
      Value copy = Objects.requireNonNull(values.get(node.outputs().getFirst()));
      nodes.put(node, Kinds.producer(copy).orElseThrow());
    }
    return nodes;
  }
}
