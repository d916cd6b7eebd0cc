package dev.halyard.internal;

import static dev.halyard.internal.Op.declare;
import static dev.halyard.internal.Vocabulary.FLOATS;

import dev.halyard.DType;
import dev.halyard.Shape;
import java.util.Set;
import java.util.function.Consumer;

/** Between floats and the integers that stand for them. */
final class QuantizationOps {
  private static final Set<DType> QUANTIZED = Set.of(DType.I8, DType.U8, DType.I16);
  private static final Set<DType> DEQUANTIZED = Set.of(DType.I8, DType.U8, DType.I16, DType.I32);

  private QuantizationOps() {}

  static void declareAll(Consumer<Op> ops) {
    ops.accept(
        declare("quantize/1")
            .attribute("axis", Op.Kind.INTEGER)
            .attribute("rounding", Op.Kind.TEXT)
            .attribute("to", Op.Kind.DTYPE)
            .operands("x", "scale", "zero_point")
            .dtypes("x, scale float, equal; zero_point and result I8, U8 or I16")
            .rule(
                "saturate(round(x / scale) + zero_point), computed in F64; rounding is HALF_EVEN or"
                    + " HALF_UP (floor(v + 1/2)); scale and zero_point are scalars, or vectors"
                    + " along the axis; NaN becomes zero_point")
            .primitive(
                call -> {
                  call.requireDtype(0, FLOATS);
                  call.requireSameDtype(0, 1);
                  DType to = call.attributes().dtype("to");
                  call.require(QUANTIZED.contains(to), "to must be I8, U8 or I16");
                  call.require(call.dtype(2) == to, "zero_point must be " + to);
                  String rounding = call.attributes().text("rounding");
                  call.require(
                      rounding.equals("HALF_EVEN") || rounding.equals("HALF_UP"),
                      "rounding must be HALF_EVEN or HALF_UP");
                  requireScales(call);
                  return Vocabulary.one(to, call.shape(0));
                }));
    ops.accept(
        declare("dequantize/1")
            .attribute("axis", Op.Kind.INTEGER)
            .operands("x", "scale", "zero_point")
            .dtypes("x, zero_point I8, U8, I16 or I32, equal; scale and result float")
            .rule(
                "(x - zero_point) * scale, the difference exact, the product rounded once; scale"
                    + " and zero_point as in quantize/1")
            .primitive(
                call -> {
                  call.requireDtype(0, DEQUANTIZED);
                  call.requireDtype(1, FLOATS);
                  call.requireSameDtype(0, 2);
                  requireScales(call);
                  return Vocabulary.one(call.dtype(1), call.shape(0));
                }));
  }

  private static void requireScales(OpCall call) {
    call.requireSameShape(1, 2);
    Shape scale = call.shape(1);
    if (scale.rank() == 0) {
      return;
    }
    int axis = call.axis("axis", 0);
    call.require(
        scale.rank() == 1 && scale.dim(0).equals(call.shape(0).dim(axis)),
        "scale must be a scalar or a vector of the extent of axis " + axis);
  }
}
