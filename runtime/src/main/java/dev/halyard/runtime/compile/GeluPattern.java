package dev.halyard.runtime.compile;

import dev.halyard.Graph;
import dev.halyard.Value;
import dev.halyard.internal.Node;
import dev.halyard.spi.Attributes;
import java.util.List;
import java.util.Optional;

/**
 * A product of x, 1/2 and 1 + erf(x / sqrt(2)) in any order; the constants are those numbers
 * rounded to the dtype, or sqrt(1/2) as a factor.
 */
final class GeluPattern {
  static final Attributes ATTRIBUTES = Attributes.none();

  private GeluPattern() {}

  /** {@return x, if a node is the last of the pattern} */
  static Optional<Value> match(Node root, Graph graph) {
    if (!root.op().equals("mul/1") || !root.output().dtype().isFloat()) {
      return Optional.empty();
    }
    Value a = Pattern.left(root);
    Value b = Pattern.right(root);
    return Pattern.inner(graph, a, "mul/1")
        .flatMap(inner -> match(List.of(Pattern.left(inner), Pattern.right(inner), b), graph))
        .or(
            () ->
                Pattern.inner(graph, b, "mul/1")
                    .flatMap(
                        inner ->
                            match(List.of(Pattern.left(inner), Pattern.right(inner), a), graph)));
  }

  private static Optional<Value> match(List<Value> factors, Graph graph) {
    for (int i = 0; i < 3; i++) {
      if (Constants.isAll(factors.get(i), 0.5)) {
        Value x = factors.get((i + 1) % 3);
        Value y = factors.get((i + 2) % 3);
        if (isOnePlusErf(y, x, graph)) {
          return Optional.of(x);
        }
        return isOnePlusErf(x, y, graph) ? Optional.of(y) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static boolean isOnePlusErf(Value value, Value x, Graph graph) {
    return Pattern.inner(graph, value, "add/1")
        .filter(add -> Constants.isAll(Pattern.right(add), 1))
        .flatMap(add -> Pattern.inner(graph, Pattern.left(add), "erf/1"))
        .filter(erf -> isScaled(Pattern.left(erf), x, graph))
        .isPresent();
  }

  private static boolean isScaled(Value value, Value x, Graph graph) {
    return Pattern.inner(graph, value, "div/1")
        .filter(div -> Constants.isAll(Pattern.right(div), Math.sqrt(2)))
        .or(
            () ->
                Pattern.inner(graph, value, "mul/1")
                    .filter(mul -> Constants.isAll(Pattern.right(mul), Math.sqrt(0.5))))
        .filter(node -> Pattern.left(node) == x)
        .isPresent();
  }
}
