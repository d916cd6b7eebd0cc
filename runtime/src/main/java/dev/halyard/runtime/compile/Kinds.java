package dev.halyard.runtime.compile;

import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.Value;
import dev.halyard.internal.Node;
import java.util.Optional;
import java.util.Set;

/** What the passes want to know of an operation beyond its types. */
final class Kinds {
  private static final Set<String> ELEMENTWISE =
      Set.of(
          "neg/1",
          "abs/1",
          "floor/1",
          "ceil/1",
          "round/1",
          "sqrt/1",
          "exp/1",
          "log/1",
          "sin/1",
          "cos/1",
          "tanh/1",
          "erf/1",
          "not/1",
          "add/1",
          "sub/1",
          "mul/1",
          "div/1",
          "rem/1",
          "pow/1",
          "min/1",
          "max/1",
          "and/1",
          "or/1",
          "eq/1",
          "ne/1",
          "lt/1",
          "le/1",
          "gt/1",
          "ge/1",
          "select/1",
          "cast/1");
  private static final Set<String> REDUCTIONS =
      Set.of(
          "reduce_sum/1",
          "reduce_prod/1",
          "reduce_max/1",
          "reduce_min/1",
          "window_sum/1",
          "window_max/1");
  private static final Set<String> PRODUCTS = Set.of("matmul/1", "conv/1");

  private Kinds() {}

  /** {@return whether a primitive computes each element from those at the same place} */
  static boolean isElementwisePrimitive(Node node) {
    return ELEMENTWISE.contains(node.op());
  }

  /**
   * {@return whether a node computes each element from those at the same place: a primitive, or a
   * composite of such and of constants spread to the shape}
   */
  static boolean isElementwise(Node node) {
    return isElementwisePrimitive(node)
        || node.body().filter(body -> isElementwise(node, body)).isPresent();
  }

  private static boolean isElementwise(Node node, Graph body) {
    if (node.outputs().size() != 1) {
      return false;
    }
    Shape shape = node.output().shape();
    return node.inputs().stream().allMatch(v -> v.shape().equals(shape))
        && Node.of(body).stream()
            .allMatch(inner -> isElementwise(inner) || spreadConstant(inner).isPresent());
  }

  /** {@return the constant that a broadcast repeats; empty for any other node} */
  static Optional<Value> spreadConstant(Node node) {
    return isBroadcast(node)
        ? Optional.of(node.inputs().getFirst()).filter(v -> v.constant().isPresent())
        : Optional.empty();
  }

  static boolean isBroadcast(Node node) {
    return node.op().equals("broadcast/1");
  }

  static boolean isReduction(Node node) {
    return REDUCTIONS.contains(node.op());
  }

  /** {@return whether a node gives its region its shape} */
  static boolean isAnchor(Node node) {
    return isReduction(node) || PRODUCTS.contains(node.op());
  }

  /** {@return the node that makes a value; empty for inputs, states and constants} */
  static Optional<Node> producer(Value value) {
    return value.producer().map(Node.class::cast);
  }

  /** {@return the SPI level that a node needs, its body included} */
  static int level(Node node) {
    int body =
        node.body().stream()
            .flatMap(graph -> Node.of(graph).stream())
            .mapToInt(Kinds::level)
            .max()
            .orElse(0);
    return Math.max(node.level(), body);
  }
}
