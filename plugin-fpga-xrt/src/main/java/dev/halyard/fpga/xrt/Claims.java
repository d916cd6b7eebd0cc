package dev.halyard.fpga.xrt;

import dev.halyard.spi.ClaimSink;
import dev.halyard.spi.Cost;
import dev.halyard.spi.GraphView;
import dev.halyard.spi.NodeView;
import dev.halyard.spi.ValueView;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which nodes the kernel {@code dense} computes: a {@link QuantizedMatmul}, with the ReLU behind it
 * where nothing else uses its result. A ReLU is {@code halyard.relu/1}, or {@code max/1} with 0.
 */
final class Claims {
  private final GraphView graph;
  private final ClaimSink sink;
  private final Set<Integer> claimed = new HashSet<>();

  private Claims(GraphView graph, ClaimSink sink) {
    this.graph = graph;
    this.sink = sink;
  }

  /**
   * Claims the nodes of a graph, or refuses them.
   *
   * @param graph the graph offered
   * @param sink receives the claims
   */
  static void claim(GraphView graph, ClaimSink sink) {
    Claims claims = new Claims(graph, sink);
    graph.nodes().stream().filter(Claims::isProduct).forEach(claims::claimProduct);
    graph.nodes().stream()
        .filter(node -> !isProduct(node) && !claims.claimed.contains(node.id()))
        .forEach(claims::refuse);
  }

  private static boolean isProduct(NodeView node) {
    return node.op().equals(QuantizedMatmul.OP);
  }

  private void claimProduct(NodeView product) {
    try {
      QuantizedMatmul.of(product);
    } catch (RefusedException e) {
      sink.refuse(product, String.valueOf(e.getMessage()));
      return;
    }
    List<NodeView> nodes = withRelu(product);
    nodes.forEach(node -> claimed.add(node.id()));
    sink.whole(nodes, Cost.ready());
  }

  private void refuse(NodeView node) {
    boolean relu = node.op().equals("halyard.relu/1");
    sink.refuse(
        node,
        "the kernel dense wants "
            + QuantizedMatmul.OP
            + (relu ? " before it, whose result nothing else uses" : "")
            + ", found "
            + node.op());
  }

  private List<NodeView> withRelu(NodeView product) {
    ValueView result = product.outputs().getFirst();
    List<? extends NodeView> consumers = graph.consumers(result);
    if (consumers.size() != 1 || isOutput(result)) {
      return List.of(product);
    }
    NodeView next = consumers.getFirst();
    return switch (next.op()) {
      case "halyard.relu/1" -> List.of(product, next);
      case "max/1" -> withMaximum(product, next);
      default -> List.of(product);
    };
  }

  private boolean isOutput(ValueView value) {
    return graph.outputs().stream().anyMatch(output -> output.id() == value.id());
  }

  private List<NodeView> withMaximum(NodeView product, NodeView maximum) {
    int result = product.outputs().getFirst().id();
    ValueView first = maximum.inputs().getFirst();
    ValueView other = first.id() == result ? maximum.inputs().get(1) : first;
    if (isZero(other)) {
      return List.of(product, maximum);
    }
    Optional<NodeView> spread =
        other
            .producer()
            .filter(node -> node.op().equals("broadcast/1"))
            .filter(node -> isZero(node.inputs().getFirst()))
            .filter(node -> graph.consumers(other).size() == 1 && !isOutput(other));
    return spread.map(broadcast -> List.of(product, broadcast, maximum)).orElse(List.of(product));
  }

  private static boolean isZero(ValueView value) {
    return Constants.of(value).filter(Constants::isZero).isPresent();
  }
}
