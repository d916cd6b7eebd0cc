package dev.halyard.tck.contract;

import dev.halyard.spi.GraphView;
import dev.halyard.spi.NodeView;
import dev.halyard.spi.ValueView;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Whether no path from one node of a set to another leaves the set. */
final class Convex {
  private Convex() {}

  static boolean isConvex(GraphView graph, List<? extends NodeView> nodes) {
    Set<NodeView> inside = new HashSet<>(nodes);
    // Nodes stand after those they use: one pass finds all that depend on the set from outside.
    Set<NodeView> downstream = new HashSet<>();
    for (NodeView node : graph.nodes()) {
      boolean dependsOutside = false;
      boolean dependsInside = false;
      for (ValueView input : node.inputs()) {
        NodeView producer = input.producer().orElse(null);
        dependsOutside |= downstream.contains(producer);
        dependsInside |= inside.contains(producer);
      }
      if (inside.contains(node)) {
        if (dependsOutside) {
          return false;
        }
      } else if (dependsOutside || dependsInside) {
        downstream.add(node);
      }
    }
    return true;
  }
}
