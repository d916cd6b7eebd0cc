package dev.halyard.runtime.compile;

import dev.halyard.Graph;
import dev.halyard.Value;
import dev.halyard.spi.Attributes;
import java.util.HashSet;
import java.util.Set;

/**
 * Sees to it that every output is made by a node and that no two outputs are one value: where an
 * output is an input, a state, a constant, or another output as well, a reshape to the same shape
 * copies it.
 */
final class SeparateOutputs {
  private SeparateOutputs() {}

  static Graph apply(Graph graph) {
    Set<Value> taken = new HashSet<>();
    return Rewriter.rewriteOutputs(
        graph,
        (port, value, to) ->
            value.producer().isPresent() && taken.add(value) ? value : copy(port, value, to));
  }

  private static Value copy(String port, Value value, Rewriter to) {
    return to.emit(
        port + ".copy", "reshape/1", Attributes.none().with("shape", value.shape()), value);
  }
}
