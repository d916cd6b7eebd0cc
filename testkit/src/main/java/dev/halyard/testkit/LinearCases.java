package dev.halyard.testkit;

import dev.halyard.DType;
import dev.halyard.Shape;
import dev.halyard.Value;
import dev.halyard.spi.Attributes;
import java.util.Arrays;
import java.util.List;

/** Cases of sums of products. */
final class LinearCases {
  private LinearCases() {}

  static void declareAll(Family.Registry into) {
    into.add("matmul/1", Family.NUMERIC, LinearCases::matmul);
    into.add("conv/1", Family.NUMERIC, LinearCases::conv);
    into.add("halyard.conv_transpose/1", Family.NUMERIC, LinearCases::convTranspose);
    into.add("halyard.attention/1", Family.FLOATS, LinearCases::attention);
    into.add("halyard.qmatmul/1", Family.QUANTIZED, LinearCases::qmatmul);
    into.add("halyard.qconv/1", Family.QUANTIZED, LinearCases::qconv);
  }

  /** {@return a type that a product may give} */
  private static DType product(Draft draft) {
    return switch (draft.dtype.name()) {
      case "F16", "BF16" -> draft.oneOf(List.of(draft.dtype, DType.F32));
      case "I8", "U8" -> DType.I32;
      case "I16", "I32" -> draft.oneOf(List.of(DType.I32, DType.I64));
      default -> draft.dtype;
    };
  }

  /** {@return the type of a second operand: another type of one byte at times} */
  private static DType partner(Draft draft) {
    boolean bytes = draft.dtype == DType.I8 || draft.dtype == DType.U8;
    return bytes ? draft.oneOf(List.of(DType.I8, DType.U8)) : draft.dtype;
  }

  private static long inner(Draft draft) {
    return draft.chance(0.05) ? 0 : draft.chance(0.4) ? draft.between(6, 40) : draft.someExtent();
  }

  private static long side(Draft draft) {
    return draft.chance(0.3) ? draft.between(6, 35) : draft.extent();
  }

  private static void matmul(Draft draft) {
    long[] batch = draft.fill(draft.below(4), 1, 3);
    long inner = inner(draft);
    long[] left = matrix(batch, side(draft), inner);
    long[] right = matrix(batch, inner, side(draft));
    Value a =
        draft.chance(0.2) ? batched(draft, draft.dtype, left) : draft.value(draft.dtype, left);
    DType other = partner(draft);
    Value b = draft.chance(0.3) ? batched(draft, other, right) : draft.value(other, right);
    draft.finish("matmul/1", Attributes.none().with("to", product(draft)), a, b);
  }

  /** {@return one matrix repeated over the batch} */
  private static Value batched(Draft draft, DType type, long... shape) {
    long[] matrix = Arrays.copyOfRange(shape, shape.length - 2, shape.length);
    return draft.value(type, matrix).broadcast(Shape.of(shape));
  }

  private static long[] matrix(long[] batch, long rows, long columns) {
    long[] shape = Arrays.copyOf(batch, batch.length + 2);
    shape[batch.length] = rows;
    shape[batch.length + 1] = columns;
    return shape;
  }

  /** The extents and attributes of a convolution. */
  private record Convolution(Shape x, Shape weights, Attributes attributes) {}

  private static Convolution convolution(Draft draft) {
    int spatial = draft.between(1, 3);
    long groups = draft.between(1, 3);
    long channels = draft.between(1, 3);
    long[] x = new long[spatial + 2];
    long[] weights = new long[spatial + 2];
    x[0] = draft.between(1, 2);
    x[1] = groups * channels;
    weights[0] = groups * draft.between(1, 3);
    weights[1] = channels;
    long[] dilations = draft.fill(spatial, 1, 2);
    long[] spread = draft.chance(0.3) ? draft.fill(spatial, 1, 3) : draft.fill(spatial, 1, 1);
    for (int i = 0; i < spatial; i++) {
      weights[i + 2] = draft.between(1, 3);
      long reach = dilations[i] * (weights[i + 2] - 1);
      x[i + 2] = (reach + spread[i] - 1) / spread[i] + 1 + draft.between(0, spatial == 1 ? 20 : 4);
    }
    return new Convolution(
        Shape.of(x),
        Shape.of(weights),
        Attributes.none()
            .with("strides", draft.fill(spatial, 1, 3))
            .with("dilations", dilations)
            .with("input_dilations", spread)
            .with("pad_low", draft.fill(spatial, 0, 2))
            .with("pad_high", draft.fill(spatial, 0, 2))
            .with("groups", groups));
  }

  private static void conv(Draft draft) {
    Convolution drawn = convolution(draft);
    draft.finish(
        "conv/1",
        drawn.attributes.with("to", product(draft)),
        draft.value(draft.dtype, drawn.x.toArray()),
        draft.value(partner(draft), drawn.weights.toArray()));
  }

  private static void convTranspose(Draft draft) {
    int spatial = draft.between(1, 2);
    long groups = draft.between(1, 2);
    long[] x = draft.fill(spatial + 2, 2, 5);
    long[] weights = draft.fill(spatial + 2, 1, 3);
    x[0] = draft.between(1, 2);
    x[1] = groups * draft.between(1, 2);
    weights[0] = x[1];
    Attributes attributes =
        Attributes.none()
            .with("strides", draft.fill(spatial, 1, 3))
            .with("dilations", draft.fill(spatial, 1, 2))
            .with("pad_low", draft.fill(spatial, -1, 1))
            .with("pad_high", draft.fill(spatial, 0, 1))
            .with("groups", groups);
    draft.finish(
        "halyard.conv_transpose/1",
        attributes,
        draft.value(draft.dtype, x),
        draft.value(draft.dtype, weights));
  }

  private static void attention(Draft draft) {
    long[] batch = draft.fill(draft.below(3), 1, 3);
    long rows = draft.between(1, 6);
    long keys = draft.between(1, 12);
    long width = draft.between(1, 8);
    Value q = draft.value(draft.dtype, matrix(batch, rows, width));
    Value k = draft.value(draft.dtype, matrix(batch, keys, width));
    Value v = draft.value(draft.dtype, matrix(batch, keys, draft.between(1, 8)));
    Attributes scale = Attributes.none().with("scale", 1 / Math.sqrt((double) width));
    if (draft.chance(0.5)) {
      draft.finish("halyard.attention/1", scale, q, k, v);
    } else {
      Value mask = draft.value(draft.dtype, draft.chance(0.5) ? rows : 1, keys);
      draft.finish("halyard.attention/1", scale, q, k, v, mask);
    }
  }

  private static void qmatmul(Draft draft) {
    long inner = Math.max(1, inner(draft));
    long columns = draft.someExtent();
    long[] batch = draft.fill(draft.below(3), 1, 3);
    quantized(
        draft,
        "halyard.qmatmul/1",
        Attributes.none(),
        matrix(batch, draft.someExtent(), inner),
        matrix(draft.chance(0.5) ? batch : new long[0], inner, columns),
        columns,
        inner);
  }

  private static void qconv(Draft draft) {
    Convolution drawn = convolution(draft);
    long outputs = drawn.weights.dim(0).constant();
    quantized(
        draft,
        "halyard.qconv/1",
        drawn.attributes,
        drawn.x.toArray(),
        drawn.weights.toArray(),
        outputs,
        drawn.weights.elements() / outputs);
  }

  /** Completes a quantised product whose results spread over the range of the result. */
  private static void quantized(
      Draft draft, String op, Attributes attributes, long[] a, long[] b, long outputs, long terms) {
    DType other = draft.oneOf(Family.QUANTIZED);
    DType to = draft.oneOf(Family.QUANTIZED);
    DType scales = draft.oneOf(List.of(DType.F32, DType.F32, DType.F64, DType.F16));
    boolean wide = draft.dtype == DType.I16 || other == DType.I16;
    long[] perOutput = draft.chance(0.5) ? new long[] {outputs} : new long[0];
    double spread = Math.sqrt((double) terms) * 64;
    Value[] operands = {
      draft.value(Samples.Flavour.SPECIAL, draft.dtype, a),
      scale(draft, scales, 0.02),
      zeroPoint(draft, draft.dtype),
      draft.value(Samples.Flavour.SPECIAL, other, b),
      scale(draft, scales, 0.03, perOutput),
      zeroPoint(draft, other, perOutput),
      scale(draft, scales, 0.0006 * spread),
      zeroPoint(draft, to)
    };
    if (draft.chance(0.5)) {
      operands = Arrays.copyOf(operands, operands.length + 1);
      DType sums = wide ? DType.I64 : DType.I32;
      operands[operands.length - 1] =
          draft.integers(draft.oneOf(List.of(DType.I32, sums)), -3000, 3000, outputs);
    }
    String rounding = draft.oneOf(List.of("HALF_EVEN", "HALF_UP"));
    draft.finish(op, attributes.with("rounding", rounding).with("to", to), operands);
  }

  private static Value scale(Draft draft, DType dtype, double about, long... shape) {
    return QuantizationCases.scale(draft, dtype, about, shape);
  }

  private static Value zeroPoint(Draft draft, DType dtype, long... shape) {
    return QuantizationCases.zeroPoint(draft, dtype, shape);
  }
}
