package dev.halyard.internal;

import dev.halyard.Graph;
import dev.halyard.Value;
import dev.halyard.spi.Attributes;
import dev.halyard.spi.NodeView;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One application of an operation; immutable once its graph is built. */
public final class Node implements NodeView {
  private final int id;
  private final String name;
  private final String op;
  private final int level;
  private final Attributes attributes;
  private final List<Value> inputs;
  private final @Nullable Graph body;
  private List<Value> outputs = List.of();

  /** Makes a node whose outputs follow by {@link #outputs(List)}. */
  public Node(
      int id,
      String name,
      String op,
      int level,
      Attributes attributes,
      List<Value> inputs,
      @Nullable Graph body) {
    this.id = id;
    this.name = name;
    this.op = op;
    this.level = level;
    this.attributes = attributes;
    this.inputs = List.copyOf(inputs);
    this.body = body;
  }

  /** {@return the nodes of a graph, with the types that only api and runtime see} */
  public static List<Node> of(Graph graph) {
    return graph.nodes().stream().map(Node.class::cast).toList();
  }

  /** Completes the node; a value needs its producer before the node can list the value. */
  public void outputs(List<Value> values) {
    outputs = List.copyOf(values);
  }

  @Override
  public int id() {
    return id;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String op() {
    return op;
  }

  @Override
  public int level() {
    return level;
  }

  @Override
  public Attributes attributes() {
    return attributes;
  }

  @Override
  public List<Value> inputs() {
    return inputs;
  }

  @Override
  public List<Value> outputs() {
    return outputs;
  }

  /** {@return the single output} */
  public Value output() {
    return outputs.getFirst();
  }

  @Override
  public Optional<Graph> body() {
    return Optional.ofNullable(body);
  }

  @Override
  public String toString() {
    String results =
        outputs.stream()
            .map(v -> v.name() + ": " + v.dtype() + v.shape())
            .collect(Collectors.joining(", "));
    String operands = inputs.stream().map(Value::name).collect(Collectors.joining(", "));
    String given = attributes.names().isEmpty() ? "" : " " + attributes;
    return results + " = " + op + "(" + operands + ")" + given;
  }
}
