package dev.halyard.onnx;

import dev.halyard.DType;
import dev.halyard.Dim;
import dev.halyard.Shape;
import dev.halyard.Value;
import java.util.function.Consumer;

/** Elements chosen by indices and positions. */
final class IndexOperators {
  private IndexOperators() {}

  static void declareAll(Consumer<Operator> operators) {
    operators.accept(
        Operator.of(
                "Gather",
                2,
                node -> {
                  Value x = node.value(0);
                  node.result(x.gather(node.value(1), node.axis(0, x.shape())));
                })
            .attributes("axis")
            .limits("an index out of range takes the nearest element"));
    operators.accept(
        Operator.of("GatherElements", 2, IndexOperators::gatherElements)
            .since(11)
            .attributes("axis")
            .limits("fixed extents of the data"));
    operators.accept(
        Operator.of("ScatterElements", 3, IndexOperators::scatterElements)
            .since(11)
            .attributes("axis", "reduction")
            .limits("reductions none and add; an index out of range writes nothing"));
    operators.accept(
        Operator.of("Trilu", 1, IndexOperators::trilu)
            .inputs(1, 2)
            .since(14)
            .attributes("upper")
            .limits("constant k"));
  }

  /**
   * Takes single elements out of the data laid out flat, at positions computed from the indices.
   */
  private static void gatherElements(OnnxNode node) {
    Value x = node.value(0);
    Value indices = node.value(1).cast(DType.I64);
    int axis = node.axis(0, x.shape());
    if (!x.shape().isStatic()) {
      throw node.unsupported("data of the shape " + x.shape() + "; fix its dimensions");
    }
    if (indices.shape().rank() != x.shape().rank()) {
      throw node.invalid("wants indices of the rank of its data");
    }
    long[] extents = x.shape().toArray();
    Value zero = Operand.integer(node.graph(), 0);
    Value fromEnd = indices.add(Operand.integer(node.graph(), extents[axis]));
    Value position = indices.lt(zero).select(fromEnd, indices);
    long stride = 1;
    Value flat = zero;
    for (int i = extents.length - 1; i >= 0; i--) {
      Value along = i == axis ? position : node.graph().iota(DType.I64, indices.shape(), i);
      flat = flat.add(along.mul(Operand.integer(node.graph(), stride)));
      stride = Math.multiplyExact(stride, extents[i]);
    }
    node.result(x.reshape(stride).gather(flat, 0));
  }

  private static void scatterElements(OnnxNode node) {
    Value x = node.value(0);
    String reduction = node.text("reduction", "none");
    if (!reduction.equals("none") && !reduction.equals("add")) {
      throw node.unsupported("its attribute 'reduction' is '" + reduction + "'");
    }
    node.result(x.scatter(node.value(1), node.value(2), node.axis(0, x.shape()), reduction));
  }

  /** Keeps the elements on one side of a diagonal, the others become zero. */
  private static void trilu(OnnxNode node) {
    Value x = node.value(0);
    Shape shape = x.shape();
    if (shape.rank() < 2) {
      throw node.invalid("wants an input of rank 2 or more");
    }
    long diagonal = node.optional(1) == null ? 0 : node.constant(1, "diagonal k").getLong(0);
    Dim rows = shape.dim(-2);
    Dim columns = shape.dim(-1);
    Shape matrix = Shape.of(rows, columns);
    Value offset = Operand.integer(node.graph(), diagonal);
    Value row = node.graph().iota(DType.I64, matrix, 0).add(offset);
    Value column = node.graph().iota(DType.I64, matrix, 1);
    Value kept = node.flag("upper", true) ? column.ge(row) : column.le(row);
    node.result(kept.select(x, node.graph().scalar(x.dtype(), 0)));
  }
}
