package dev.halyard.runtime.compile;

import dev.halyard.DType;
import dev.halyard.Shape;
import dev.halyard.Value;
import dev.halyard.internal.Node;
import dev.halyard.spi.Attributes;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Rules for nodes that move elements or change how they are stored. */
final class SimplifyMoves {
  /** Each type with those that hold all of its values. */
  private static final List<Set<DType>> EXACT =
      List.of(
          Set.of(DType.BOOL, DType.I8, DType.I16, DType.I32, DType.I64),
          Set.of(DType.I8, DType.I16, DType.I32, DType.I64),
          Set.of(DType.U8, DType.I16, DType.I32, DType.I64));

  private SimplifyMoves() {}

  /** {@return a value that equals the node's result, if there is a simpler one} */
  static Optional<Value> apply(Node node, List<Value> operands, Rewriter to) {
    return switch (node.op()) {
      case "reshape/1" -> reshape(node, operands.getFirst(), to);
      case "transpose/1" -> transpose(node, operands.getFirst(), to);
      case "broadcast/1" -> broadcast(node, operands.getFirst(), to);
      case "cast/1" -> cast(node, operands.getFirst());
      case "slice/1" -> slice(node, operands.getFirst());
      case "pad/1" -> pad(node, operands.getFirst());
      case "concat/1" -> operands.size() == 1 ? Optional.of(operands.getFirst()) : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Optional<Value> reshape(Node node, Value x, Rewriter to) {
    if (x.shape().equals(node.output().shape())) {
      return Optional.of(x);
    }
    return producer(x, "reshape/1")
        .map(inner -> to.emit(node.name(), node.op(), node.attributes(), first(inner)));
  }

  private static Optional<Value> transpose(Node node, Value x, Rewriter to) {
    long[] outer = node.attributes().integers("permutation");
    if (isIdentity(outer)) {
      return Optional.of(x);
    }
    return producer(x, "transpose/1")
        .map(
            inner -> {
              long[] axes = inner.attributes().integers("permutation");
              long[] both = Arrays.stream(outer).map(axis -> axes[(int) axis]).toArray();
              return isIdentity(both)
                  ? first(inner)
                  : to.emit(
                      node.name(),
                      node.op(),
                      Attributes.none().with("permutation", both),
                      first(inner));
            })
        .or(() -> producer(x, "dequantize/1").map(inner -> dequantizeLater(node, inner, to)));
  }

  /** {@return transpose(dequantize(x)) as dequantize(transpose(x)), which moves fewer bytes} */
  private static Value dequantizeLater(Node transpose, Node dequantize, Rewriter to) {
    long[] permutation = transpose.attributes().integers("permutation");
    long axis = Math.floorMod(dequantize.attributes().integer("axis"), permutation.length);
    long moved = 0;
    for (int i = 0; i < permutation.length; i++) {
      moved = permutation[i] == axis ? i : moved;
    }
    Value x = to.emit(transpose.name(), transpose.op(), transpose.attributes(), first(dequantize));
    return to.emit(
        dequantize.name(),
        dequantize.op(),
        Attributes.none().with("axis", moved),
        x,
        dequantize.inputs().get(1),
        dequantize.inputs().get(2));
  }

  private static boolean isIdentity(long[] permutation) {
    for (int i = 0; i < permutation.length; i++) {
      if (permutation[i] != i) {
        return false;
      }
    }
    return true;
  }

  private static Optional<Value> broadcast(Node node, Value x, Rewriter to) {
    if (x.shape().equals(node.output().shape())) {
      return Optional.of(x);
    }
    return producer(x, "broadcast/1")
        .or(() -> producer(x, "reshape/1").filter(SimplifyMoves::addsOuterAxes))
        .map(inner -> to.emit(node.name(), node.op(), node.attributes(), first(inner)));
  }

  private static boolean addsOuterAxes(Node reshape) {
    return Constants.isInnermost(first(reshape).shape(), reshape.output().shape());
  }

  private static Optional<Value> cast(Node node, Value x) {
    DType to = node.output().dtype();
    if (x.dtype() == to) {
      return Optional.of(x);
    }
    return producer(x, "cast/1")
        .map(SimplifyMoves::first)
        .filter(original -> original.dtype() == to && holds(x.dtype(), to));
  }

  private static boolean holds(DType wide, DType narrow) {
    return (narrow.isFloat() && wide == DType.F64)
        || ((narrow == DType.F16 || narrow == DType.BF16) && wide == DType.F32)
        || EXACT.stream().anyMatch(set -> holds(set, wide, narrow));
  }

  private static boolean holds(Set<DType> set, DType wide, DType narrow) {
    return set.contains(wide) && set.contains(narrow) && wide.bytes() > narrow.bytes();
  }

  private static Optional<Value> slice(Node node, Value x) {
    Shape start = node.attributes().shape("start");
    boolean whole =
        x.shape().equals(node.output().shape())
            && start.dims().stream().allMatch(dim -> dim.is(0))
            && Arrays.stream(node.attributes().integers("strides")).allMatch(s -> s == 1);
    return whole ? Optional.of(x) : Optional.empty();
  }

  private static Optional<Value> pad(Node node, Value x) {
    return x.shape().equals(node.output().shape()) ? Optional.of(x) : Optional.empty();
  }

  private static Optional<Node> producer(Value value, String op) {
    return Kinds.producer(value).filter(node -> node.op().equals(op));
  }

  private static Value first(Node node) {
    return node.inputs().getFirst();
  }
}
