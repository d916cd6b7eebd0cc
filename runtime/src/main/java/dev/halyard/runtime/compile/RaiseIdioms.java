package dev.halyard.runtime.compile;

import dev.halyard.Graph;
import dev.halyard.Value;
import dev.halyard.internal.Node;
import java.util.List;
import java.util.Optional;

/**
 * Raises layer normalisation and the erf form of GELU, which exporters write out in primitives, to
 * the composites that devices know.
 */
final class RaiseIdioms {
  private RaiseIdioms() {}

  static Graph apply(Graph graph) {
    return Rewriter.rewrite(graph, RaiseIdioms::raise);
  }

  private static Optional<List<Value>> raise(Node node, Rewriter to) {
    return GeluPattern.match(node, to.source())
        .map(x -> to.emit(node.name(), "halyard.gelu.erf/1", GeluPattern.ATTRIBUTES, to.get(x)))
        .or(() -> LayerNormPattern.match(node, to.source()).map(found -> found.emit(node, to)))
        .map(List::of);
  }
}
