package dev.halyard.runtime.compile;

import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.Value;
import dev.halyard.internal.Node;
import dev.halyard.spi.Attributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Copies a graph node by node into a new one, keeping ports and the names of nodes. A pass says
 * what becomes of the nodes that it changes. Nodes that nothing needs are left out.
 */
final class Rewriter {
  /** What a pass does to a node. */
  @FunctionalInterface
  interface Rule {
    /**
     * {@return the values that take the place of the node's results; empty to copy the node}
     *
     * @param node a node of the source
     * @param to the graph under construction
     */
    Optional<List<Value>> rewrite(Node node, Rewriter to);
  }

  /** What a pass does to an output. */
  @FunctionalInterface
  interface OutputRule {
    /**
     * {@return the value to declare as an output}
     *
     * @param port the name of the output or updated state
     * @param value its value in the graph under construction
     * @param to the graph under construction
     */
    Value rewrite(String port, Value value, Rewriter to);
  }

  private final Graph source;
  private final Graph.Builder builder;
  private final Map<Value, Value> made = new HashMap<>();
  private final Set<String> names = new HashSet<>();

  private Rewriter(Graph source, UnaryOperator<Shape> shapes) {
    this.source = source;
    this.builder = Graph.builder(source.name());
    Set<Value> states = Set.copyOf(source.states());
    for (Value input : source.inputs()) {
      Shape shape = shapes.apply(input.shape());
      Value copy =
          states.contains(input)
              ? builder.state(input.name(), input.dtype(), shape)
              : builder.input(input.name(), input.dtype(), shape);
      made.put(input, copy);
    }
  }

  /** {@return the source with a rule applied to each node} */
  static Graph rewrite(Graph source, Rule rule) {
    Graph result = rewrite(source, UnaryOperator.identity(), rule);
    // A rule that looks back over several nodes leaves the ones it replaced without a use.
    return Liveness.of(result).size() == result.nodes().size()
        ? result
        : rewrite(result, UnaryOperator.identity(), (node, to) -> Optional.empty());
  }

  /** {@return the source with its ports' shapes changed and a rule applied to each node} */
  static Graph rewrite(Graph source, UnaryOperator<Shape> shapes, Rule rule) {
    return new Rewriter(source, shapes).run(rule, (port, value, to) -> value);
  }

  /** {@return the source with a rule applied to each output} */
  static Graph rewriteOutputs(Graph source, OutputRule outputs) {
    return new Rewriter(source, UnaryOperator.identity())
        .run((node, to) -> Optional.empty(), outputs);
  }

  private Graph run(Rule rule, OutputRule outputs) {
    Set<Node> live = Liveness.of(source);
    for (Node node : Node.of(source)) {
      if (live.contains(node)) {
        replace(node, rule.rewrite(node, this).orElseGet(() -> copy(node)));
      }
    }
    return finish(outputs);
  }

  private void replace(Node node, List<Value> results) {
    for (int i = 0; i < results.size(); i++) {
      made.put(node.outputs().get(i), results.get(i));
    }
  }

  private Graph finish(OutputRule rule) {
    List<String> ports = source.outputNames();
    for (int i = 0; i < ports.size(); i++) {
      String port = ports.get(i);
      Value value = rule.rewrite(port, get(source.outputs().get(i)), this);
      Optional<Value> state =
          source.states().stream().filter(s -> s.name().equals(port)).findFirst();
      if (state.isPresent()) {
        builder.update(get(state.get()), value);
      } else {
        builder.output(port, value);
      }
    }
    return builder.build();
  }

  /** {@return the graph being rewritten} */
  Graph source() {
    return source;
  }

  /** {@return what a value of the source has become} */
  Value get(Value value) {
    Value known = made.get(value);
    if (known != null) {
      return known;
    }
    Value constant = builder.constant(value.constantTensor().orElseThrow());
    made.put(value, constant);
    return constant;
  }

  /** {@return what values of the source have become} */
  List<Value> get(List<Value> values) {
    return values.stream().map(this::get).toList();
  }

  /** {@return the results of the same operation on what the operands have become} */
  List<Value> copy(Node node) {
    return copy(node, node.name(), node.attributes(), get(node.inputs()));
  }

  /** {@return the results of a node's operation on other operands} */
  List<Value> copy(Node node, String name, Attributes attributes, List<Value> operands) {
    Value[] given = operands.toArray(Value[]::new);
    Graph body = ownBody(node);
    return body == null
        ? builder.named(unique(name), node.op(), attributes, given)
        : builder.namedComposite(unique(name), node.op(), attributes, body, given);
  }

  /** {@return the body of a composite that the application made; null for every other node} */
  static @Nullable Graph ownBody(Node node) {
    return node.op().startsWith("halyard.") ? null : node.body().orElse(null);
  }

  /** {@return the results of a composite with another body} */
  List<Value> composite(Node node, Attributes attributes, Graph body, List<Value> operands) {
    return builder.namedComposite(
        unique(node.name()), node.op(), attributes, body, operands.toArray(Value[]::new));
  }

  /** {@return the single result of an operation} */
  Value emit(String name, String op, Attributes attributes, Value... operands) {
    return builder.named(unique(name), op, attributes, operands).getFirst();
  }

  /** {@return a new constant} */
  Value constant(Tensor tensor) {
    return builder.constant(tensor);
  }

  /** {@return the results of a graph put in the place of a node} */
  List<Value> inline(Graph body, String prefix, List<Value> operands) {
    Map<Value, Value> inner = new HashMap<>();
    for (int i = 0; i < operands.size(); i++) {
      inner.put(body.inputs().get(i), operands.get(i));
    }
    for (Node node : Node.of(body)) {
      List<Value> given = inlined(inner, node.inputs());
      List<Value> results = copy(node, prefix + "." + node.name(), node.attributes(), given);
      for (int i = 0; i < results.size(); i++) {
        inner.put(node.outputs().get(i), results.get(i));
      }
    }
    return inlined(inner, body.outputs());
  }

  private List<Value> inlined(Map<Value, Value> inner, List<Value> values) {
    List<Value> results = new ArrayList<>();
    for (Value value : values) {
      results.add(
          inner.computeIfAbsent(value, v -> builder.constant(v.constantTensor().orElseThrow())));
    }
    return results;
  }

  private String unique(String name) {
    String candidate = name;
    for (int i = 2; !names.add(candidate); i++) {
      candidate = name + "~" + i;
    }
    return candidate;
  }
}
