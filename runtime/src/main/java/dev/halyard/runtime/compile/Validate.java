package dev.halyard.runtime.compile;

import dev.halyard.Graph;
import dev.halyard.InvalidGraphException;
import dev.halyard.Value;
import java.util.Optional;

/**
 * Checks a graph again where it enters the runtime: rules of types, ports, bounds of symbols. Nodes
 * that nothing needs go, and every node gets a name of its own.
 */
final class Validate {
  private Validate() {}

  static Graph apply(Graph graph) {
    graph.inputs().forEach(input -> requirePort(graph, input.name()));
    graph.outputNames().forEach(port -> requirePort(graph, port));
    graph.inputs().forEach(input -> requireExtents(graph, input));
    return Rewriter.rewrite(graph, (node, to) -> Optional.empty());
  }

  private static void requirePort(Graph graph, String port) {
    if (port.isBlank()) {
      throw new InvalidGraphException(
          "graph '" + graph.name() + "' has a port with a blank name; name it");
    }
  }

  private static void requireExtents(Graph graph, Value input) {
    boolean possible = input.shape().dims().stream().allMatch(dim -> dim.max() >= 0);
    if (!possible) {
      throw new InvalidGraphException(
          "graph '"
              + graph.name()
              + "', input '"
              + input.name()
              + "': extents are at least 0 for some choice of dimensions; found "
              + input.shape()
              + " with "
              + graph.symbols().values());
    }
  }
}
