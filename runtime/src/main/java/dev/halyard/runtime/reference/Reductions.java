package dev.halyard.runtime.reference;

import dev.halyard.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;

/** Many elements to one, along axes and within sliding windows. */
final class Reductions {
  private Reductions() {}

  /** How elements are joined. */
  private interface Joining {
    /** Fills an array with what nothing is reduced to. */
    void clear(Array out);

    /** Joins an element to a result. */
    void join(Array out, int o, Array x, int i);
  }

  static void declareAll(Primitive.Registry into) {
    Joining sum = joining(Double::sum, Long::sum, 0, type -> 0);
    Joining product = joining((a, b) -> a * b, (a, b) -> a * b, 1, type -> 1);
    Joining greatest = joining(Math::max, Math::max, Double.NEGATIVE_INFINITY, Numbers::least);
    Joining least = joining(Math::min, Math::min, Double.POSITIVE_INFINITY, Numbers::greatest);
    into.addSingle("reduce_sum/1", call -> reduce(call, sum));
    into.addSingle("reduce_prod/1", call -> reduce(call, product));
    into.addSingle("reduce_max/1", call -> reduce(call, greatest));
    into.addSingle("reduce_min/1", call -> reduce(call, least));
    into.addSingle("window_sum/1", call -> window(call, sum));
    into.addSingle("window_max/1", call -> window(call, greatest));
    into.addSingle("argmax/1", Reductions::argmax);
  }

  @FunctionalInterface
  private interface Identity {
    long of(DType dtype);
  }

  private static Joining joining(
      DoubleBinaryOperator floats, LongBinaryOperator integers, double ofFloats, Identity of) {
    return new Joining() {
      @Override
      public void clear(Array out) {
        for (int i = 0; i < out.size(); i++) {
          if (out.isFloat()) {
            out.set(i, ofFloats);
          } else {
            out.set(i, of.of(out.dtype()));
          }
        }
      }

      @Override
      public void join(Array out, int o, Array x, int i) {
        if (out.isFloat()) {
          out.set(o, floats.applyAsDouble(out.number(o), x.number(i)));
        } else {
          out.set(o, integers.applyAsLong(out.integer(o), x.integer(i)));
        }
      }
    };
  }

  private static Array reduce(Primitive.Call call, Joining joining) {
    Array x = call.operand(0);
    int[] kept = x.shape().clone();
    for (int axis : call.integers("axes")) {
      kept[Index.axis(axis, x.rank())] = 1;
    }
    Array out = Array.zeros(x.dtype(), kept);
    joining.clear(out);
    int[] strides = Index.strides(kept);
    for (int i = 0; i < x.size(); i++) {
      int[] at = Index.coordinates(i, x.shape());
      for (int axis : call.integers("axes")) {
        at[Index.axis(axis, x.rank())] = 0;
      }
      joining.join(out, Index.flat(at, strides), x, i);
    }
    return call.attributes().flag("keep_dims")
        ? out
        : out.reshaped(without(x.shape(), call.integers("axes")));
  }

  private static int[] without(int[] shape, int... axes) {
    List<Integer> left = new ArrayList<>();
    for (int axis = 0; axis < shape.length; axis++) {
      boolean reduced = false;
      for (int one : axes) {
        reduced |= Index.axis(one, shape.length) == axis;
      }
      if (!reduced) {
        left.add(shape[axis]);
      }
    }
    return left.stream().mapToInt(Integer::intValue).toArray();
  }

  private static Array window(Primitive.Call call, Joining joining) {
    Array x = call.operand(0);
    int[] window = call.integers("window");
    int[] strides = call.integers("strides");
    int[] dilations = call.integers("dilations");
    int[] low = call.integers("pad_low");
    int[] high = call.integers("pad_high");
    int[] shape = new int[x.rank()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = Index.slide(x.extent(i), window[i], dilations[i], strides[i], low[i], high[i]);
    }
    Array out = Array.zeros(x.dtype(), shape);
    joining.clear(out);
    int[] xStrides = Index.strides(x.shape());
    for (int o = 0; o < out.size(); o++) {
      int[] at = Index.coordinates(o, shape);
      for (int w = 0; w < Index.product(window, 0, window.length); w++) {
        int[] from = Index.coordinates(w, window);
        for (int i = 0; i < from.length; i++) {
          from[i] = at[i] * strides[i] + from[i] * dilations[i] - low[i];
        }
        if (Index.isInside(from, x.shape())) {
          joining.join(out, o, x, Index.flat(from, xStrides));
        }
      }
    }
    return out;
  }

  private static Array argmax(Primitive.Call call) {
    Array x = call.operand(0);
    int axis = call.axis();
    int extent = x.extent(axis);
    if (extent == 0) {
      throw new IllegalArgumentException("argmax/1: axis " + axis + " of " + x + " is empty");
    }
    boolean last = call.attributes().flag("select_last");
    int[] kept = x.shape().clone();
    kept[axis] = 1;
    Array out = Array.zeros(DType.I64, kept);
    int inner = Index.product(kept, axis, kept.length);
    for (int o = 0; o < out.size(); o++) {
      int first = o / inner * inner * extent + o % inner;
      int best = 0;
      for (int k = 1; k < extent; k++) {
        int order = order(x, first + k * inner, first + best * inner);
        if (order > 0 || (order == 0 && last)) {
          best = k;
        }
      }
      out.set(o, (long) best);
    }
    return call.attributes().flag("keep_dims") ? out : out.reshaped(without(x.shape(), axis));
  }

  /** {@return the order of two elements; NaN after every number, -0 as +0} */
  static int order(Array x, int a, int b) {
    return x.isFloat()
        ? Numbers.order(x.number(a), x.number(b))
        : Long.compare(x.integer(a), x.integer(b));
  }
}
