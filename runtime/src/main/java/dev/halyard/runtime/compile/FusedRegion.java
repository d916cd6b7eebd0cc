package dev.halyard.runtime.compile;

import dev.halyard.Value;
import dev.halyard.internal.Node;
import dev.halyard.spi.Region;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A region of a {@link GraphPartition}. */
final class FusedRegion implements Region {
  private final String name;
  private final List<Node> nodes;
  private final @Nullable Node anchor;
  private final boolean whole;
  private final List<Value> inputs;
  private final List<Value> outputs;

  FusedRegion(
      String name,
      List<Node> nodes,
      @Nullable Node anchor,
      boolean whole,
      List<Value> inputs,
      List<Value> outputs) {
    this.name = name;
    this.nodes = nodes;
    this.anchor = anchor;
    this.whole = whole;
    this.inputs = inputs;
    this.outputs = outputs;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<Node> nodes() {
    return nodes;
  }

  @Override
  public Optional<Node> anchor() {
    return Optional.ofNullable(anchor);
  }

  @Override
  public boolean whole() {
    return whole;
  }

  @Override
  public List<Value> inputs() {
    return inputs;
  }

  @Override
  public List<Value> outputs() {
    return outputs;
  }

  /** {@return such as {@code r2_matmul_3: broadcast/1 [matmul/1] add/1} with the anchor marked} */
  @Override
  public String toString() {
    String listed =
        nodes.stream()
            .map(node -> node == anchor ? "[" + node.op() + "]" : node.op())
            .collect(Collectors.joining(" "));
    return name + (whole ? " (whole)" : "") + ": " + listed;
  }
}
