package dev.halyard.tck.mutants;

import dev.halyard.DType;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.spi.ClaimSink;
import dev.halyard.spi.Cost;
import dev.halyard.spi.GraphView;
import dev.halyard.spi.NodeView;
import dev.halyard.spi.ValueView;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.DoubleStream;

/**
 * The claims of an accelerator of quantised dense layers, as docs/fpga.md has them: products with
 * constant weights, zero points of 0, scales that come to a power of two of at most 1 and rounding
 * HALF_UP, and the ReLU behind one.
 */
final class DenseClaims {
  private static final Set<DType> TYPES = Set.of(DType.I8, DType.I16);
  private static final List<Integer> ZERO_POINTS = List.of(2, 5, 7);
  private static final int MOST_TERMS = 65_536;

  private DenseClaims() {}

  static void claim(GraphView graph, ClaimSink sink) {
    Set<NodeView> claimed = new HashSet<>();
    for (NodeView node : graph.nodes()) {
      if (isLayer(node)) {
        List<NodeView> nodes = withRelu(graph, node);
        claimed.addAll(nodes);
        sink.whole(nodes, Cost.ready());
      }
    }
    graph.nodes().stream()
        .filter(node -> !claimed.contains(node))
        .forEach(node -> sink.refuse(node, "computes dense layers alone"));
  }

  private static boolean isLayer(NodeView node) {
    return node.op().equals("halyard.qmatmul/1")
        && TYPES.contains(node.inputs().get(0).dtype())
        && TYPES.contains(node.inputs().get(3).dtype())
        && TYPES.contains(node.attributes().dtype("to"))
        && node.attributes().text("rounding").equals("HALF_UP")
        && constant(node.inputs().get(0)).isEmpty()
        && hasWeights(node.inputs().get(3))
        && ZERO_POINTS.stream().allMatch(i -> isZero(node.inputs().get(i)))
        && shifts(node)
        && (node.inputs().size() <= 8 || constant(node.inputs().get(8)).isPresent());
  }

  private static boolean hasWeights(ValueView b) {
    return constant(b).isPresent() && b.shape().rank() == 2 && fits(b, 0) && fits(b, 1);
  }

  private static boolean fits(ValueView b, int axis) {
    long extent = b.shape().dim(axis).constant();
    return extent >= 1 && extent <= MOST_TERMS;
  }

  private static Optional<Tensor> constant(ValueView value) {
    return value
        .constant()
        .map(
            bytes ->
                Tensor.copyOf(TensorArena.ofAuto(), bytes, value.dtype(), value.shape().toArray()));
  }

  private static boolean isZero(ValueView value) {
    return constant(value).map(Tensor::toDoubles).stream()
        .flatMapToDouble(DoubleStream::of)
        .allMatch(number -> number == 0);
  }

  private static boolean shifts(NodeView node) {
    Optional<Tensor> a = constant(node.inputs().get(1));
    Optional<Tensor> b = constant(node.inputs().get(4));
    Optional<Tensor> y = constant(node.inputs().get(6));
    return a.isPresent()
        && b.isPresent()
        && y.isPresent()
        && DoubleStream.of(b.get().toDoubles())
            .map(scale -> a.get().getDouble(0) * scale / y.get().getDouble(0))
            .allMatch(factor -> factor <= 1 && factor == Math.scalb(1.0, Math.getExponent(factor)));
  }

  private static List<NodeView> withRelu(GraphView graph, NodeView product) {
    ValueView result = product.outputs().getFirst();
    if (!isInner(graph, result)) {
      return List.of(product);
    }
    NodeView next = graph.consumers(result).getFirst();
    return switch (next.op()) {
      case "halyard.relu/1" -> List.of(product, next);
      case "max/1" -> withMaximum(graph, product, next);
      default -> List.of(product);
    };
  }

  private static boolean isInner(GraphView graph, ValueView value) {
    return graph.consumers(value).size() == 1
        && graph.outputs().stream().noneMatch(output -> output.id() == value.id());
  }

  private static List<NodeView> withMaximum(GraphView graph, NodeView product, NodeView maximum) {
    int result = product.outputs().getFirst().id();
    boolean first = maximum.inputs().getFirst().id() == result;
    ValueView zero = maximum.inputs().get(first ? 1 : 0);
    if (constant(zero).isPresent()) {
      return isZero(zero) ? List.of(product, maximum) : List.of(product);
    }
    return zero.producer()
        .filter(spread -> spread.op().equals("broadcast/1"))
        .filter(spread -> constant(spread.inputs().getFirst()).isPresent())
        .filter(spread -> isZero(spread.inputs().getFirst()) && isInner(graph, zero))
        .map(spread -> List.of(product, spread, maximum))
        .orElse(List.of(product));
  }
}
