package dev.halyard.internal;

import static dev.halyard.internal.Op.Kind.DTYPE;
import static dev.halyard.internal.Op.Kind.INTEGER;
import static dev.halyard.internal.Op.Kind.INTEGERS;
import static dev.halyard.internal.Op.Kind.TEXT;
import static dev.halyard.internal.Op.declare;
import static dev.halyard.internal.Vocabulary.FLOATS;

import dev.halyard.DType;
import dev.halyard.Dim;
import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.Value;
import dev.halyard.spi.Attributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Products of integers that stand for floats, exact up to one rounding at the end. */
final class QuantizedComposites {
  private static final Set<DType> QUANTIZED = Set.of(DType.I8, DType.U8, DType.I16);

  private static final Set<DType> BIAS_DTYPES = Set.of(DType.I32);
  private static final Set<DType> WIDE_BIAS = Set.of(DType.I32, DType.I64);

  // Positions of the operands, the same for both operations.
  private static final int A = 0;
  private static final int A_SCALE = 1;
  private static final int A_ZERO = 2;
  private static final int B = 3;
  private static final int B_SCALE = 4;
  private static final int B_ZERO = 5;
  private static final int Y_SCALE = 6;
  private static final int Y_ZERO = 7;
  private static final int BIAS = 8;

  private QuantizedComposites() {}

  static void declareAll(Consumer<Op> ops) {
    ops.accept(
        quantized("halyard.qmatmul/1")
            .rule(
                "acc = sum over k of (a[..., m, k] - a_zero_point) * (b[..., k, n] - b_zero_point)"
                    + " + bias[n], exact in I32 (I64 if a or b is I16); y = saturate(round(acc *"
                    + " (a_scale * b_scale / y_scale)) + y_zero_point), the scales in F64; b_scale"
                    + " and b_zero_point are scalars or [n]; the batch axes broadcast (ONNX"
                    + " QLinearMatMul; arXiv:1712.05877)")
            .composite(QuantizedComposites::matmul));
    ops.accept(
        quantized("halyard.qconv/1")
            .attribute("strides", INTEGERS)
            .attribute("dilations", INTEGERS)
            .attribute("input_dilations", INTEGERS)
            .attribute("pad_low", INTEGERS)
            .attribute("pad_high", INTEGERS)
            .attribute("groups", INTEGER)
            .rule(
                "as halyard.qmatmul/1 with the sums of conv/1 of a - a_zero_point and weights b -"
                    + " b_zero_point, so that padding stands for 0; b_scale and b_zero_point are"
                    + " scalars or [M], bias is [M] (ONNX QLinearConv)")
            .composite(QuantizedComposites::conv));
  }

  private static Op.Declaration quantized(String id) {
    return declare(id)
        .attribute("rounding", TEXT)
        .attribute("to", DTYPE)
        .operands(
            "a",
            "a_scale",
            "a_zero_point",
            "b",
            "b_scale",
            "b_zero_point",
            "y_scale",
            "y_zero_point",
            "bias?")
        .dtypes(
            "a, b, y I8, U8 or I16, each with a zero point of its dtype; scales float, equal; bias"
                + " I32, or I64 where sums are");
  }

  private static List<Value> matmul(OpCall call, Graph.Builder graph, List<Value> operands) {
    Shape a = call.shape(A);
    Shape b = call.shape(B);
    call.require(
        a.rank() >= 2 && b.rank() >= 2 && a.dim(-1).equals(b.dim(-2)),
        "wants a[..., m, k] and b[..., k, n]");
    call.require(
        Bodies.broadcastTogether(Bodies.batch(a), Bodies.batch(b)),
        "the batch axes must broadcast");
    requireQuantized(call, b.dim(-1));
    Value left = centred(operands.get(A), operands.get(A_ZERO));
    Value right = centred(operands.get(B), operands.get(B_ZERO));
    Value sums = left.matmul(right, sumType(call));
    return List.of(requantized(call, operands, sums, 0));
  }

  private static List<Value> conv(OpCall call, Graph.Builder graph, List<Value> operands) {
    Shape x = call.shape(A);
    Shape w = call.shape(B);
    call.require(
        x.rank() >= 3 && w.rank() == x.rank(),
        "wants a[N, C, spatial...] and weights b of the same rank, at least 3");
    requireQuantized(call, w.dim(0));
    int inner = w.rank() - 1;
    Value left = centred(operands.get(A), operands.get(A_ZERO));
    Value right = centred(operands.get(B), perChannel(operands.get(B_ZERO), inner));
    Attributes given = call.attributes();
    Attributes attributes = Attributes.none().with("groups", given.integer("groups"));
    for (String name : List.of("strides", "dilations", "input_dilations", "pad_low", "pad_high")) {
      attributes = attributes.with(name, given.integers(name));
    }
    Value sums = graph.op("conv/1", attributes.with("to", sumType(call)), left, right).getFirst();
    return List.of(requantized(call, operands, sums, w.rank() - 2));
  }

  /** {@return the operand less its zero point; in I32, since neither I8 nor I16 holds the sum} */
  private static Value centred(Value x, Value zeroPoint) {
    return x.cast(DType.I32).sub(zeroPoint.cast(DType.I32));
  }

  private static DType sumType(OpCall call) {
    return call.dtype(A) == DType.I16 || call.dtype(B) == DType.I16 ? DType.I64 : DType.I32;
  }

  private static Value perChannel(Value scalarOrVector, int inner) {
    return scalarOrVector.shape().rank() == 0
        ? scalarOrVector
        : Bodies.along(scalarOrVector, inner);
  }

  private static Value requantized(OpCall call, List<Value> operands, Value sums, int inner) {
    if (operands.size() > BIAS) {
      sums = sums.add(perChannel(operands.get(BIAS).cast(sums.dtype()), inner));
    }
    Value factor =
        operands
            .get(A_SCALE)
            .cast(DType.F64)
            .mul(operands.get(B_SCALE).cast(DType.F64))
            .div(operands.get(Y_SCALE).cast(DType.F64));
    Value scaled = sums.cast(DType.F64).mul(perChannel(factor, inner));
    Value rounded =
        call.attributes().text("rounding").equals("HALF_UP")
            ? scaled.add(0.5).floor()
            : scaled.round();
    DType to = call.attributes().dtype("to");
    double least = to == DType.U8 ? 0 : -Math.scalb(1.0, 8 * to.bytes() - 1);
    double span = Math.scalb(1.0, 8 * to.bytes()) - 1;
    return rounded.add(operands.get(Y_ZERO).cast(DType.F64)).max(least).min(least + span).cast(to);
  }

  private static void requireQuantized(OpCall call, Dim channels) {
    call.requireDtype(A, QUANTIZED);
    call.requireDtype(B, QUANTIZED);
    call.requireSameDtype(A, A_ZERO);
    call.requireSameDtype(B, B_ZERO);
    call.requireDtype(A_SCALE, FLOATS);
    call.requireSameDtype(A_SCALE, B_SCALE);
    call.requireSameDtype(A_SCALE, Y_SCALE);
    for (int scalar : new int[] {A_SCALE, A_ZERO, Y_SCALE, Y_ZERO}) {
      call.require(call.shape(scalar).rank() == 0, "operand " + scalar + " must be a scalar");
    }
    call.requireSameShape(B_SCALE, B_ZERO);
    List<Shape> allowed = new ArrayList<>(List.of(Shape.scalar(), Shape.of(channels)));
    call.require(
        allowed.contains(call.shape(B_SCALE)),
        "b_scale must be a scalar or [" + channels + "], one per output channel");
    DType to = call.attributes().dtype("to");
    call.require(
        QUANTIZED.contains(to) && call.dtype(Y_ZERO) == to,
        "to must be I8, U8 or I16, and y_zero_point of that dtype");
    String rounding = call.attributes().text("rounding");
    call.require(
        rounding.equals("HALF_EVEN") || rounding.equals("HALF_UP"),
        "rounding must be HALF_EVEN or HALF_UP");
    if (call.operands().size() > BIAS) {
      call.requireDtype(BIAS, sumType(call) == DType.I64 ? WIDE_BIAS : BIAS_DTYPES);
      call.require(call.shape(BIAS).equals(Shape.of(channels)), "bias must be [" + channels + "]");
    }
  }
}
