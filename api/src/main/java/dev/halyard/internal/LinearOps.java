package dev.halyard.internal;

import static dev.halyard.internal.Op.Kind.DTYPE;
import static dev.halyard.internal.Op.Kind.INTEGER;
import static dev.halyard.internal.Op.Kind.INTEGERS;
import static dev.halyard.internal.Op.declare;
import static dev.halyard.internal.Vocabulary.NUMERIC;
import static dev.halyard.internal.Vocabulary.one;

import dev.halyard.DType;
import dev.halyard.Dim;
import dev.halyard.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Sums of products: matrix multiplication and convolution. */
final class LinearOps {
  private LinearOps() {}

  static void declareAll(Consumer<Op> ops) {
    ops.accept(
        declare("matmul/1")
            .attribute("to", DTYPE)
            .operands("a", "b")
            .dtypes("numeric, equal (I8 and U8 mix); to: see the note")
            .rule(
                "out[..., m, n] = sum over k of a[..., m, k] * b[..., k, n]; the batch extents are"
                    + " equal; an empty sum is 0; integer sums wrap in the result's dtype")
            .primitive(
                call -> {
                  requireProduct(call);
                  Shape a = call.shape(0);
                  Shape b = call.shape(1);
                  int rank = a.rank();
                  call.require(
                      rank >= 2 && b.rank() == rank,
                      "wants two operands of the same rank, at least 2");
                  call.require(
                      a.dims().subList(0, rank - 2).equals(b.dims().subList(0, rank - 2)),
                      "the batch extents must be equal");
                  call.require(
                      a.dim(-1).equals(b.dim(-2)),
                      "the inner extents must be equal, are " + a.dim(-1) + " and " + b.dim(-2));
                  return one(call.attributes().dtype("to"), a.with(-1, b.dim(-1)));
                }));
    ops.accept(
        declare("conv/1")
            .attribute("strides", INTEGERS)
            .attribute("dilations", INTEGERS)
            .attribute("input_dilations", INTEGERS)
            .attribute("pad_low", INTEGERS)
            .attribute("pad_high", INTEGERS)
            .attribute("groups", INTEGER)
            .attribute("to", DTYPE)
            .operands("x", "weights")
            .dtypes("as matmul/1")
            .rule(
                "x[N, C, spatial...] with weights[M, C/groups, window...] gives [N, M, spatial...]:"
                    + " a sum over channels and window of x * weights (cross-correlation, as ONNX"
                    + " Conv); x is first spread by input_dilations (zeros between elements), then"
                    + " padded with zeros")
            .primitive(LinearOps::inferConv));
  }

  private static List<ValueType> inferConv(OpCall call) {
    requireProduct(call);
    Shape x = call.shape(0);
    Shape w = call.shape(1);
    call.require(
        x.rank() >= 3 && w.rank() == x.rank(),
        "wants x[N, C, spatial...] and weights of the same rank, at least 3");
    int spatial = x.rank() - 2;
    long[] strides = call.integers("strides", spatial, "spatial axis");
    long[] dilations = call.integers("dilations", spatial, "spatial axis");
    long[] spread = call.integers("input_dilations", spatial, "spatial axis");
    long[] low = call.integers("pad_low", spatial, "spatial axis");
    long[] high = call.integers("pad_high", spatial, "spatial axis");
    long groups = call.attributes().integer("groups");
    call.require(
        x.dim(1).isConstant() && w.isStatic(),
        "the channels and the weights must have fixed extents");
    long channels = x.dim(1).constant();
    long outputs = w.dim(0).constant();
    call.require(
        groups >= 1
            && channels % groups == 0
            && outputs % groups == 0
            && w.dim(1).is(channels / groups),
        "weights must be [M, C/groups, window...] with groups dividing "
            + channels
            + " channels and M = "
            + outputs
            + ", groups is "
            + groups
            + " and the weights have "
            + w.dim(1)
            + " channels");
    List<Dim> out = new ArrayList<>(List.of(x.dim(0), w.dim(0)));
    for (int i = 0; i < spatial; i++) {
      call.require(spread[i] >= 1, "input_dilations must be positive");
      Dim extent = spread[i] == 1 ? x.dim(i + 2) : x.dim(i + 2).plus(-1).times(spread[i]).plus(1);
      out.add(call.slide(extent, w.dim(i + 2), dilations[i], strides[i], low[i], high[i]));
    }
    return one(call.attributes().dtype("to"), Shape.of(out));
  }

  private static void requireProduct(OpCall call) {
    call.requireDtype(0, NUMERIC);
    call.requireDtype(1, NUMERIC);
    boolean bytes =
        call.dtype(0).isInteger()
            && call.dtype(0).bytes() == 1
            && call.dtype(1).isInteger()
            && call.dtype(1).bytes() == 1;
    if (!bytes) {
      call.requireSameDtype(0, 1);
    }
    DType to = call.attributes().dtype("to");
    Set<DType> allowed = results(call.dtype(0));
    call.require(
        allowed.contains(to),
        "a product of " + call.dtype(0) + " may give " + allowed + ", not " + to);
  }

  private static Set<DType> results(DType operand) {
    return switch (operand.name()) {
      case "F32" -> Set.of(DType.F32);
      case "F64" -> Set.of(DType.F64);
      case "F16" -> Set.of(DType.F16, DType.F32);
      case "BF16" -> Set.of(DType.BF16, DType.F32);
      case "I8", "U8" -> Set.of(DType.I32);
      case "I16" -> Set.of(DType.I32, DType.I64);
      case "I32" -> Set.of(DType.I32, DType.I64);
      default -> Set.of(DType.I64);
    };
  }
}
