package dev.halyard.runtime.compile;

import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.Value;
import dev.halyard.internal.Node;
import dev.halyard.runtime.reference.Interpreter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Computes by the reference interpreter what depends on constants alone.
 *
 * <p>Broadcasts and iotas stay, since devices repeat and count for free; so do dequantized
 * constants until patterns of them have been raised.
 */
final class FoldConstants {
  private static final long LARGE = 16L << 20;

  /** Bounds the time that the interpreter takes. */
  private static final long TOO_LARGE = 64L << 20;

  private final boolean dequantized;

  private FoldConstants(boolean dequantized) {
    this.dequantized = dequantized;
  }

  static Graph apply(Graph graph) {
    return Rewriter.rewrite(graph, new FoldConstants(false)::fold);
  }

  /** {@return the graph with dequantized constants folded too, once patterns have been raised} */
  static Graph withDequantized(Graph graph) {
    return Rewriter.rewrite(graph, new FoldConstants(true)::fold);
  }

  private Optional<List<Value>> fold(Node node, Rewriter to) {
    List<Value> operands = to.get(node.inputs());
    if (operands.isEmpty() || stays(node) || isRepetition(node, operands)) {
      return Optional.empty();
    }
    long given = 0;
    List<Tensor> tensors = new ArrayList<>();
    for (Value operand : operands) {
      Optional<Tensor> tensor = known(operand);
      if (tensor.isEmpty()) {
        return Optional.empty();
      }
      tensors.add(tensor.get());
      given += operand.constantTensor().map(Tensor::byteSize).orElse(0L);
    }
    if (given > TOO_LARGE || made(node) >= Math.max(LARGE, given + 1)) {
      return Optional.empty();
    }
    return Optional.of(Interpreter.evaluate(node, tensors).stream().map(to::constant).toList());
  }

  private boolean stays(Node node) {
    return Kinds.isBroadcast(node)
        || (node.op().equals("dequantize/1") && !dequantized)
        || !node.outputs().stream().allMatch(v -> v.shape().isStatic());
  }

  /** Computing before repeating is better; {@link Simplify} turns the two round. */
  private static boolean isRepetition(Node node, List<Value> operands) {
    return Kinds.isElementwise(node)
        && operands.stream()
            .allMatch(v -> Kinds.producer(v).filter(Kinds::isBroadcast).isPresent());
  }

  private static long made(Node node) {
    return node.outputs().stream().mapToLong(FoldConstants::bytes).sum();
  }

  private static long bytes(Value value) {
    return Math.multiplyExact(value.shape().elements(), value.dtype().bytes());
  }

  private static Optional<Tensor> known(Value value) {
    return value
        .constantTensor()
        .or(
            () ->
                Kinds.producer(value)
                    .filter(node -> Kinds.isBroadcast(node) || node.op().equals("iota/1"))
                    .filter(node -> value.shape().isStatic() && bytes(value) < LARGE)
                    .flatMap(FoldConstants::evaluate));
  }

  private static Optional<Tensor> evaluate(Node node) {
    List<Tensor> tensors = new ArrayList<>();
    for (Value input : node.inputs()) {
      known(input).ifPresent(tensors::add);
    }
    return tensors.size() == node.inputs().size()
        ? Optional.of(Interpreter.evaluate(node, tensors).getFirst())
        : Optional.empty();
  }
}
