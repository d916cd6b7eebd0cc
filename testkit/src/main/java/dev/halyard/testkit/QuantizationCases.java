package dev.halyard.testkit;

import dev.halyard.DType;
import dev.halyard.Tensor;
import dev.halyard.Value;
import dev.halyard.spi.Attributes;
import java.util.List;

/** Cases of quantize and dequantize. */
final class QuantizationCases {
  private QuantizationCases() {}

  static void declareAll(Family.Registry into) {
    into.add("quantize/1", Family.FLOATS, QuantizationCases::quantize);
    into.add(
        "dequantize/1",
        List.of(DType.I8, DType.U8, DType.I16, DType.I32),
        QuantizationCases::dequantize);
  }

  /** {@return positive scales about a number, half of them powers of two} */
  static Value scale(Draft draft, DType dtype, double about, long... shape) {
    Tensor scale = Samples.tensor(draft.random, Samples.Flavour.ORDINARY, dtype, shape);
    for (long i = 0; i < scale.elements(); i++) {
      double drawn = about * Math.scalb(1 + draft.random.nextDouble(), draft.below(3) - 1);
      // Powers of two make ties of rounding likely.
      double simple = Math.scalb(1.0, Math.getExponent(drawn));
      scale.setDouble(i, draft.chance(0.5) ? simple : drawn);
    }
    return draft.value(scale);
  }

  static Value zeroPoint(Draft draft, DType dtype, long... shape) {
    return draft.chance(0.4)
        ? draft.integers(dtype, 0, 0, shape)
        : draft.integers(dtype, dtype == DType.U8 ? 90 : -20, dtype == DType.U8 ? 150 : 20, shape);
  }

  private static void quantize(Draft draft) {
    long[] shape = draft.shape(1, 5);
    long axis = draft.axis(shape.length);
    long[] scales = scales(draft, axis, shape);
    DType to = draft.oneOf(Family.QUANTIZED);
    Attributes attributes =
        Attributes.none()
            .with("axis", axis)
            .with("rounding", draft.oneOf(List.of("HALF_EVEN", "HALF_UP")))
            .with("to", to);
    draft.finish(
        "quantize/1",
        attributes,
        draft.value(draft.dtype, shape),
        scale(draft, draft.dtype, 0.05, scales),
        zeroPoint(draft, to, scales));
  }

  private static void dequantize(Draft draft) {
    long[] shape = draft.shape(1, 5);
    long axis = draft.axis(shape.length);
    long[] scales = scales(draft, axis, shape);
    draft.finish(
        "dequantize/1",
        Attributes.none().with("axis", axis),
        draft.value(draft.dtype, shape),
        scale(draft, draft.oneOf(Family.FLOATS), 0.05, scales),
        zeroPoint(draft, draft.dtype, scales));
  }

  /** {@return the shape of scales: none, or the extent of the axis} */
  private static long[] scales(Draft draft, long axis, long... shape) {
    long extent = shape[(int) (axis < 0 ? axis + shape.length : axis)];
    return draft.chance(0.5) ? new long[0] : new long[] {extent};
  }
}
