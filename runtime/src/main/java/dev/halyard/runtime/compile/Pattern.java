package dev.halyard.runtime.compile;

import dev.halyard.Graph;
import dev.halyard.Value;
import dev.halyard.internal.Node;
import java.util.Arrays;
import java.util.Optional;

/** What the patterns of several nodes look for. */
final class Pattern {
  private Pattern() {}

  /** {@return the node of an operation that makes a value} */
  static Optional<Node> op(Value value, String op) {
    return Kinds.producer(value).filter(node -> node.op().equals(op));
  }

  /** {@return the node of an operation that makes a value which nothing else uses} */
  static Optional<Node> inner(Graph graph, Value value, String op) {
    return op(value, op)
        .filter(node -> graph.consumers(value).size() == 1 && !graph.outputs().contains(value));
  }

  static Value left(Node node) {
    return node.inputs().get(0);
  }

  static Value right(Node node) {
    return node.inputs().get(1);
  }

  /** {@return the operand of a mean over the innermost axis alone, which stays} */
  static Optional<Value> innermostMean(Value value) {
    return op(value, "halyard.mean/1")
        .filter(node -> node.attributes().flag("keep_dims"))
        .filter(
            node -> {
              int rank = left(node).shape().rank();
              long[] axes = node.attributes().integers("axes");
              return Arrays.equals(axes, new long[] {-1})
                  || Arrays.equals(axes, new long[] {rank - 1L});
            })
        .map(Pattern::left);
  }
}
