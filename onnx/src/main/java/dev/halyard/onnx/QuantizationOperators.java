package dev.halyard.onnx;

import dev.halyard.DType;
import dev.halyard.Shape;
import dev.halyard.Value;
import java.util.Set;
import java.util.function.Consumer;

/** Between floats and the integers that stand for them. */
final class QuantizationOperators {
  private static final Set<DType> QUANTIZED = Set.of(DType.I8, DType.U8, DType.I16);

  private QuantizationOperators() {}

  static void declareAll(Consumer<Operator> operators) {
    operators.accept(
        Operator.of("QuantizeLinear", 2, QuantizationOperators::quantize)
            .inputs(2, 3)
            .since(10)
            .attributes("axis", "block_size", "output_dtype", "precision", "saturate")
            .limits("INT8, UINT8 and INT16, per tensor or per axis"));
    operators.accept(
        Operator.of("DequantizeLinear", 2, QuantizationOperators::dequantize)
            .inputs(2, 3)
            .since(10)
            .attributes("axis", "block_size", "output_dtype")
            .limits("INT8, UINT8, INT16 and INT32, per tensor or per axis"));
  }

  private static void quantize(OnnxNode node) {
    refuseBlocks(node);
    Value x = node.value(0);
    Value scale = scale(node.value(1));
    DType to = node.optional(2) == null ? outputType(node) : node.input(2).dtype();
    if (!QUANTIZED.contains(to)) {
      throw node.unsupported("quantising to " + to);
    }
    Value floats = x.cast(scale.dtype());
    node.result(floats.quantize(scale, zeroPoint(node, scale, to), axis(node, x), "HALF_EVEN"));
  }

  private static DType outputType(OnnxNode node) {
    return node.integer("output_dtype", 0) == 0 ? DType.U8 : node.dtype("output_dtype", DType.U8);
  }

  private static void dequantize(OnnxNode node) {
    refuseBlocks(node);
    Value x = node.value(0);
    Value scale = scale(node.value(1));
    DType to =
        node.integer("output_dtype", 0) == 0
            ? scale.dtype()
            : node.dtype("output_dtype", scale.dtype());
    Value zeroPoint = zeroPoint(node, scale, x.dtype());
    node.result(x.dequantize(scale, zeroPoint, axis(node, x)).cast(to));
  }

  private static void refuseBlocks(OnnxNode node) {
    if (node.integer("block_size", 0) != 0) {
      throw node.unsupported("scales per block (its attribute 'block_size')");
    }
  }

  /** A vector of one scale counts for the whole tensor. */
  private static Value scale(Value scale) {
    boolean single = scale.shape().equals(Shape.of(1));
    return single ? scale.reshape(Shape.scalar()) : scale;
  }

  private static Value zeroPoint(OnnxNode node, Value scale, DType dtype) {
    return node.optional(2) == null
        ? node.graph().scalar(dtype, 0).broadcast(scale.shape())
        : scale(node.value(2));
  }

  /** The axis counts for nothing when there is one scale, and may be beyond the rank then. */
  private static long axis(OnnxNode node, Value x) {
    boolean single = node.input(1).rank() == 0 || node.input(1).shape().equals(Shape.of(1));
    return single ? 0 : node.axis(1, x.shape());
  }
}
