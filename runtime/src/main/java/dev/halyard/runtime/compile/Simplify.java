package dev.halyard.runtime.compile;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.Value;
import dev.halyard.internal.Node;
import dev.halyard.spi.Attributes;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Drops nodes that change nothing, joins those that move data twice, and computes once what is
 * written twice. Every result stays as it was, -0 and NaN included.
 */
final class Simplify {
  /** Constants up to this size are compared by content, larger ones by where they lie. */
  private static final long COMPARED = 4096;

  private final Map<Call, List<Value>> calls = new HashMap<>();
  private final Map<Object, Value> constants = new HashMap<>();

  private Simplify() {}

  private record Call(
      String op, Attributes attributes, List<Value> operands, @Nullable Graph body) {}

  private record Content(DType dtype, Shape shape, ByteBuffer bytes) {}

  private record Place(DType dtype, Shape shape, long address) {}

  static Graph apply(Graph graph) {
    return Rewriter.rewrite(graph, new Simplify()::simplify);
  }

  private Optional<List<Value>> simplify(Node node, Rewriter to) {
    List<Value> operands = to.get(node.inputs()).stream().map(this::shared).toList();
    Optional<Value> simpler =
        SimplifyMoves.apply(node, operands, to).or(() -> SimplifyAlgebra.apply(node, operands, to));
    if (simpler.isPresent()) {
      return Optional.of(List.of(simpler.get()));
    }
    Call call = new Call(node.op(), node.attributes(), operands, Rewriter.ownBody(node));
    return Optional.of(
        calls.computeIfAbsent(call, c -> to.copy(node, node.name(), node.attributes(), operands)));
  }

  private Value shared(Value value) {
    return value
        .constantTensor()
        .map(tensor -> constants.computeIfAbsent(identity(tensor), key -> value))
        .orElse(value);
  }

  private static Object identity(Tensor tensor) {
    Shape shape = Shape.of(tensor.shape());
    return tensor.byteSize() <= COMPARED
        ? new Content(tensor.dtype(), shape, tensor.segment().asByteBuffer())
        : new Place(tensor.dtype(), shape, tensor.segment().address());
  }
}
