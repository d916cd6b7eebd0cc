package dev.halyard.runtime.compile;

import dev.halyard.Dim;
import dev.halyard.Dims;
import dev.halyard.Graph;
import dev.halyard.InvalidGraphException;
import dev.halyard.Value;
import dev.halyard.internal.Node;
import dev.halyard.spi.Attributes;
import java.util.List;
import java.util.Optional;

/** Replaces every symbolic extent by its value. */
public final class Specialize {
  private Specialize() {}

  /**
   * {@return the graph with fixed extents; itself if it has no symbols}
   *
   * @param graph any graph
   * @param dims a value within its bounds for every symbol of the graph
   * @throws InvalidGraphException if a value is missing or out of bounds, or a shape that depends
   *     on it breaks a rule
   */
  public static Graph apply(Graph graph, Dims dims) {
    if (graph.symbols().isEmpty()) {
      return graph;
    }
    graph.symbols().forEach((name, symbol) -> requireInside(graph, symbol, name, dims));
    return resolve(graph, dims);
  }

  private static void requireInside(Graph graph, Dim symbol, String name, Dims dims) {
    boolean inside =
        dims.has(name) && dims.get(name) >= symbol.min() && dims.get(name) <= symbol.max();
    if (!inside) {
      throw new InvalidGraphException(
          "graph '"
              + graph.name()
              + "': dimension '"
              + name
              + "' wants a value from "
              + symbol.min()
              + " to "
              + symbol.max()
              + ", found "
              + (dims.has(name) ? Long.toString(dims.get(name)) : "none")
              + " among "
              + dims);
    }
  }

  private static Graph resolve(Graph graph, Dims dims) {
    return Rewriter.rewrite(
        graph, shape -> shape.resolve(dims), (node, to) -> Optional.of(resolve(node, to, dims)));
  }

  private static List<Value> resolve(Node node, Rewriter to, Dims dims) {
    Attributes attributes = node.attributes().resolve(dims);
    List<Value> operands = to.get(node.inputs());
    Graph body = Rewriter.ownBody(node);
    return body == null
        ? to.copy(node, node.name(), attributes, operands)
        : to.composite(node, attributes, resolve(body, dims), operands);
  }
}
