package dev.halyard.testkit;

import dev.halyard.Shape;
import dev.halyard.Value;
import dev.halyard.spi.Attributes;
import java.util.Arrays;
import java.util.List;

/** Cases of reductions, windows, orders and what is built from them. */
final class ReductionCases {
  private ReductionCases() {}

  static void declareAll(Family.Registry into) {
    for (String op : List.of("reduce_sum/1", "reduce_prod/1", "reduce_max/1", "reduce_min/1")) {
      into.add(op, Family.NUMERIC, along(op));
    }
    into.add("halyard.mean/1", Family.NUMERIC, along("halyard.mean/1"));
    into.add("window_sum/1", Family.NUMERIC, window("window_sum/1"));
    into.add("window_max/1", Family.NUMERIC, window("window_max/1"));
    into.add("argmax/1", Family.NUMERIC, argument("argmax/1"));
    into.add("halyard.argmin/1", Family.NUMERIC, argument("halyard.argmin/1"));
    into.add("sort/1", Family.NUMERIC, ReductionCases::sort);
    into.add("halyard.top_k/1", Family.NUMERIC, ReductionCases::topK);
    into.add("halyard.cumsum/1", Family.NUMERIC, axis("halyard.cumsum/1"));
    into.add("halyard.softmax/1", Family.FLOATS, axis("halyard.softmax/1"));
    into.add("halyard.log_softmax/1", Family.FLOATS, axis("halyard.log_softmax/1"));
    into.add("halyard.layer_norm/1", Family.FLOATS, normalization("halyard.layer_norm/1", 2));
    into.add("halyard.rms_norm/1", Family.FLOATS, normalization("halyard.rms_norm/1", 1));
    into.add("halyard.batch_norm/1", Family.FLOATS, ReductionCases::batchNorm);
    into.add(
        "halyard.max_pool/1",
        Family.NUMERIC,
        draft -> {
          Pool pool = pool(draft);
          draft.finish(
              "halyard.max_pool/1",
              pool.attributes,
              draft.value(draft.dtype, pool.shape.toArray()));
        });
    into.add(
        "halyard.average_pool/1",
        Family.FLOATS,
        draft -> {
          Pool pool = pool(draft);
          draft.finish(
              "halyard.average_pool/1",
              pool.attributes.with("count_padding", draft.chance(0.5)),
              draft.value(draft.dtype, pool.shape.toArray()));
        });
  }

  private static Family along(String op) {
    return draft -> {
      long[] shape = draft.shape(0, 5);
      Attributes attributes =
          Attributes.none()
              .with("axes", draft.axes(shape.length))
              .with("keep_dims", draft.chance(0.5));
      draft.finish(op, attributes, draft.value(draft.dtype, shape));
    };
  }

  private static Family axis(String op) {
    return draft -> {
      long[] shape = draft.shape(1, 4);
      draft.finish(
          op,
          Attributes.none().with("axis", draft.axis(shape.length)),
          draft.value(draft.dtype, shape));
    };
  }

  private static Family argument(String op) {
    return draft -> {
      long[] shape = draft.shape(1, 5);
      long axis = draft.axis(shape.length);
      int counted = (int) (axis < 0 ? axis + shape.length : axis);
      shape[counted] = Math.max(1, shape[counted]);
      Attributes attributes =
          Attributes.none().with("axis", axis).with("keep_dims", draft.chance(0.5));
      if (op.equals("argmax/1")) {
        attributes = attributes.with("select_last", draft.chance(0.5));
      }
      draft.finish(op, attributes, draft.value(draft.dtype, shape));
    };
  }

  private static void sort(Draft draft) {
    long[] shape = draft.shape(1, 5);
    Attributes attributes =
        Attributes.none()
            .with("axis", draft.axis(shape.length))
            .with("descending", draft.chance(0.5));
    draft.finish("sort/1", attributes, draft.value(draft.dtype, shape));
  }

  private static void topK(Draft draft) {
    long[] shape = draft.shape(1, 4);
    long axis = draft.axis(shape.length);
    long extent = shape[(int) (axis < 0 ? axis + shape.length : axis)];
    Attributes attributes =
        Attributes.none()
            .with("k", (long) draft.between(0, (int) extent))
            .with("axis", axis)
            .with("largest", draft.chance(0.5));
    draft.finish("halyard.top_k/1", attributes, draft.value(draft.dtype, shape));
  }

  /** The extents and attributes of a sliding window over all axes, or those after the first two. */
  private record Pool(Shape shape, Attributes attributes) {}

  private static Pool slide(Draft draft, int windowed, int outer) {
    long[] window = draft.fill(windowed, 1, 3);
    long[] dilations = draft.fill(windowed, 1, 2);
    long[] shape = draft.fill(outer + windowed, 1, 3);
    for (int i = 0; i < windowed; i++) {
      long reach = dilations[i] * (window[i] - 1) + 1;
      shape[outer + i] = reach + draft.between(0, windowed == 1 ? 30 : 3);
    }
    if (outer > 0 && draft.chance(0.05)) {
      shape[0] = 0;
    }
    return new Pool(
        Shape.of(shape),
        Attributes.none()
            .with("window", window)
            .with("strides", draft.fill(windowed, 1, 3))
            .with("dilations", dilations)
            .with("pad_low", draft.fill(windowed, 0, 3))
            .with("pad_high", draft.fill(windowed, 0, 3)));
  }

  private static Pool pool(Draft draft) {
    return slide(draft, draft.between(1, 3), 2);
  }

  private static Family window(String op) {
    return draft -> {
      Pool drawn = slide(draft, draft.between(0, 4), 0);
      draft.finish(op, drawn.attributes, draft.value(draft.dtype, drawn.shape.toArray()));
    };
  }

  private static Family normalization(String op, int parameters) {
    return draft -> {
      long[] shape = draft.shape(1, 4);
      long axis = draft.axis(shape.length);
      long[] normalized =
          Arrays.copyOfRange(shape, (int) (axis < 0 ? axis + shape.length : axis), shape.length);
      Value[] operands = new Value[1 + parameters];
      operands[0] = draft.value(draft.dtype, shape);
      for (int i = 1; i <= parameters; i++) {
        operands[i] = draft.value(draft.dtype, normalized);
      }
      Attributes attributes =
          Attributes.none().with("axis", axis).with("epsilon", draft.oneOf(List.of(1e-5, 1e-3)));
      draft.finish(op, attributes, operands);
    };
  }

  private static void batchNorm(Draft draft) {
    long[] shape = draft.shape(2, 4);
    long channels = shape[1];
    draft.finish(
        "halyard.batch_norm/1",
        Attributes.none().with("epsilon", 1e-5),
        draft.value(draft.dtype, shape),
        draft.value(draft.dtype, channels),
        draft.value(draft.dtype, channels),
        draft.value(draft.dtype, channels),
        draft.value(Samples.Flavour.POSITIVE, draft.dtype, channels));
  }
}
