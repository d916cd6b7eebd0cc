package dev.halyard.runtime.compile;

import dev.halyard.Graph;
import dev.halyard.Value;
import dev.halyard.internal.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gives every elementwise node and matrix product the broadcasts that it uses for itself, so that a
 * region can take them in and nothing repeated is ever stored.
 */
final class SplitBroadcasts {
  private SplitBroadcasts() {}

  static Graph apply(Graph graph) {
    return Rewriter.rewrite(graph, SplitBroadcasts::ownBroadcasts);
  }

  private static Optional<List<Value>> ownBroadcasts(Node node, Rewriter to) {
    if (!Kinds.isElementwise(node) && !node.op().equals("matmul/1")) {
      return Optional.empty();
    }
    List<Value> operands = new ArrayList<>();
    for (Value operand : node.inputs()) {
      operands.add(isShared(operand, to.source()) ? again(operand, to) : to.get(operand));
    }
    return Optional.of(to.copy(node, node.name(), node.attributes(), operands));
  }

  private static boolean isShared(Value operand, Graph graph) {
    return Kinds.producer(operand).filter(Kinds::isBroadcast).isPresent()
        && (graph.consumers(operand).size() > 1 || graph.outputs().contains(operand));
  }

  private static Value again(Value operand, Rewriter to) {
    return to.copy(Kinds.producer(operand).orElseThrow()).getFirst();
  }
}
