package dev.halyard.runtime.compile;

import dev.halyard.Graph;
import dev.halyard.Value;
import dev.halyard.internal.Node;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Brings a graph into the form in which claims are made: constants on the right of commutative
 * operations and of comparisons, a broadcast of its own for every elementwise node and matrix
 * product that uses one, every output made by a node of its own.
 */
final class Canonicalize {
  /** Each operation that may swap its operands, with the operation it then becomes. */
  private static final Map<String, String> SWAPPED =
      Map.ofEntries(
          Map.entry("add/1", "add/1"),
          Map.entry("mul/1", "mul/1"),
          Map.entry("min/1", "min/1"),
          Map.entry("max/1", "max/1"),
          Map.entry("and/1", "and/1"),
          Map.entry("or/1", "or/1"),
          Map.entry("eq/1", "eq/1"),
          Map.entry("ne/1", "ne/1"),
          Map.entry("lt/1", "gt/1"),
          Map.entry("gt/1", "lt/1"),
          Map.entry("le/1", "ge/1"),
          Map.entry("ge/1", "le/1"));

  private Canonicalize() {}

  static Graph apply(Graph graph) {
    return SeparateOutputs.apply(SplitBroadcasts.apply(constantsRight(graph)));
  }

  private static Graph constantsRight(Graph graph) {
    return Rewriter.rewrite(graph, Canonicalize::swap);
  }

  private static Optional<List<Value>> swap(Node node, Rewriter to) {
    String swapped = SWAPPED.get(node.op());
    if (swapped == null || !isConstant(node.inputs().get(0)) || isConstant(node.inputs().get(1))) {
      return Optional.empty();
    }
    Value left = to.get(node.inputs().get(0));
    Value right = to.get(node.inputs().get(1));
    return Optional.of(List.of(to.emit(node.name(), swapped, node.attributes(), right, left)));
  }

  private static boolean isConstant(Value value) {
    return value.constant().isPresent()
        || Kinds.producer(value).flatMap(Kinds::spreadConstant).isPresent();
  }
}
