package dev.halyard.runtime.compile;

import dev.halyard.Graph;
import dev.halyard.Value;
import dev.halyard.internal.Node;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which nodes an output depends on. */
final class Liveness {
  private Liveness() {}

  /** {@return the nodes that an output or an updated state needs} */
  static Set<Node> of(Graph graph) {
    Set<Value> needed = new HashSet<>();
    needed.addAll(graph.outputs());
    Set<Node> live = new HashSet<>();
    List<Node> nodes = Node.of(graph);
    for (Node node : nodes.reversed()) {
      if (node.outputs().stream().anyMatch(needed::contains)) {
        live.add(node);
        needed.addAll(node.inputs());
      }
    }
    return live;
  }
}
