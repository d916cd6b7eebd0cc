package dev.halyard.runtime.compile;

import dev.halyard.Shape;
import dev.halyard.Value;
import dev.halyard.internal.Node;
import dev.halyard.spi.Attributes;
import java.util.List;
import java.util.Optional;

/**
 * Rules for elementwise nodes. x + 0 is x for integers alone: -0 + 0 = +0; but x + -0 and x - 0 are
 * x for floats too.
 */
final class SimplifyAlgebra {
  private SimplifyAlgebra() {}

  /** {@return a value that equals the node's result, if there is a simpler one} */
  static Optional<Value> apply(Node node, List<Value> operands, Rewriter to) {
    if (!Kinds.isElementwisePrimitive(node)) {
      return Optional.empty();
    }
    return (operands.size() == 2
            ? binary(node, operands.get(0), operands.get(1), to)
            : other(node, operands))
        .or(() -> computeThenRepeat(node, operands, to));
  }

  private static Optional<Value> binary(Node node, Value x, Value y, Rewriter to) {
    return switch (node.op()) {
      case "add/1" -> kept(x, y, isNeutralToAdd(y)).or(() -> kept(y, x, isNeutralToAdd(x)));
      case "sub/1" -> kept(x, y, Constants.isAll(y, 0));
      case "mul/1" -> kept(x, y, Constants.isAll(y, 1)).or(() -> kept(y, x, Constants.isAll(x, 1)));
      case "div/1" -> kept(x, y, Constants.isAll(y, 1));
      case "pow/1" -> power(node, x, y, to);
      case "min/1", "max/1" -> kept(x, y, x == y);
      case "and/1" ->
          kept(x, y, x == y || Constants.isAll(y, 1)).or(() -> kept(y, x, Constants.isAll(x, 1)));
      case "or/1" ->
          kept(x, y, x == y || Constants.isAll(y, 0)).or(() -> kept(y, x, Constants.isAll(x, 0)));
      default -> Optional.empty();
    };
  }

  private static Optional<Value> kept(Value value, Value other, boolean neutral) {
    return neutral && value.shape().equals(other.shape()) ? Optional.of(value) : Optional.empty();
  }

  private static boolean isNeutralToAdd(Value value) {
    return Constants.isAll(value, value.dtype().isFloat() ? -0.0 : 0);
  }

  /**
   * x * x is rounded correctly, x^2 within a unit in the last place; both are exact for integers.
   */
  private static Optional<Value> power(Node node, Value x, Value y, Rewriter to) {
    if (Constants.isAll(y, 2)) {
      return Optional.of(to.emit(node.name(), "mul/1", Attributes.none(), x, x));
    }
    return kept(x, y, Constants.isAll(y, 1));
  }

  private static Optional<Value> other(Node node, List<Value> operands) {
    Value x = operands.getFirst();
    return switch (node.op()) {
      case "neg/1", "not/1" ->
          Kinds.producer(x)
              .filter(inner -> inner.op().equals(node.op()))
              .map(inner -> inner.inputs().getFirst());
      case "select/1" -> select(x, operands.get(1), operands.get(2));
      default -> Optional.empty();
    };
  }

  private static Optional<Value> select(Value condition, Value x, Value y) {
    return kept(x, y, x == y || Constants.isAll(condition, 1))
        .or(() -> kept(y, x, Constants.isAll(condition, 0)));
  }

  /** {@return f(broadcast(x), broadcast(y)) as broadcast(f(x, y)) where x and y have one shape} */
  private static Optional<Value> computeThenRepeat(Node node, List<Value> operands, Rewriter to) {
    List<Value> small = operands.stream().map(Constants::unspread).toList();
    Shape shape = small.getFirst().shape();
    boolean repeated =
        !shape.equals(node.output().shape())
            && small.stream().allMatch(v -> v.shape().equals(shape));
    if (!repeated) {
      return Optional.empty();
    }
    Value result = to.copy(node, node.name(), node.attributes(), small).getFirst();
    return Optional.of(
        to.emit(
            node.name() + ".repeated",
            "broadcast/1",
            Attributes.none().with("shape", node.output().shape()),
            result));
  }
}
