package dev.halyard.runtime.compile;

import dev.halyard.Graph;
import dev.halyard.Value;
import dev.halyard.internal.Node;
import java.util.List;
import java.util.Optional;

/**
 * Raises a matrix product or convolution between dequantize and quantize to {@code
 * halyard.qmatmul/1} or {@code halyard.qconv/1}, which compute in integers.
 *
 * <p>The integer sums are exact where the floats of the pattern were rounded, so a result may
 * differ by one step of the output's scale.
 */
final class RaiseQdq {
  private RaiseQdq() {}

  static Graph apply(Graph graph) {
    return Rewriter.rewrite(graph, RaiseQdq::raise);
  }

  private static Optional<List<Value>> raise(Node node, Rewriter to) {
    return QdqPattern.match(node, to.source()).map(found -> List.of(found.emit(node, to)));
  }
}
