package dev.halyard.runtime.compile;

import dev.halyard.Graph;
import dev.halyard.internal.Node;
import java.util.Optional;
import java.util.Set;

/** Puts the bodies of composites in their place. */
final class Expand {
  private Expand() {}

  /** {@return the graph with some of its composites replaced by their bodies, one level deep} */
  static Graph apply(Graph graph, Set<Node> composites) {
    return Rewriter.rewrite(
        graph,
        (node, to) ->
            composites.contains(node)
                ? node.body().map(body -> to.inline(body, node.name(), to.get(node.inputs())))
                : Optional.empty());
  }
}
