package dev.halyard.runtime.reference;

/** Sums of products. */
final class Linear {
  private Linear() {}

  static void declareAll(Primitive.Registry into) {
    into.addSingle("matmul/1", Linear::matmul);
    into.addSingle("conv/1", Linear::conv);
  }

  /** Adds the product of two elements to a sum. */
  private static void accumulate(Array out, int o, Array a, int i, Array b, int j) {
    if (out.isFloat()) {
      out.set(o, out.number(o) + a.number(i) * b.number(j));
    } else {
      out.set(o, out.integer(o) + a.integer(i) * b.integer(j));
    }
  }

  private static Array matmul(Primitive.Call call) {
    Array a = call.operand(0);
    Array b = call.operand(1);
    int rank = a.rank();
    int rows = a.extent(rank - 2);
    int inner = a.extent(rank - 1);
    int columns = b.extent(rank - 1);
    int[] shape = a.shape().clone();
    shape[rank - 1] = columns;
    Array out = Array.zeros(call.result(), shape);
    int batches = Index.product(shape, 0, rank - 2);
    for (int batch = 0; batch < batches; batch++) {
      for (int m = 0; m < rows; m++) {
        for (int k = 0; k < inner; k++) {
          for (int n = 0; n < columns; n++) {
            accumulate(
                out,
                (batch * rows + m) * columns + n,
                a,
                (batch * rows + m) * inner + k,
                b,
                (batch * inner + k) * columns + n);
          }
        }
      }
    }
    return out;
  }

  private static Array conv(Primitive.Call call) {
    Array x = call.operand(0);
    Array weights = call.operand(1);
    int[] strides = call.integers("strides");
    int[] dilations = call.integers("dilations");
    int[] spread = call.integers("input_dilations");
    int[] low = call.integers("pad_low");
    int[] high = call.integers("pad_high");
    int groups = Math.toIntExact(call.attributes().integer("groups"));

    int[] shape = x.shape().clone();
    shape[1] = weights.extent(0);
    for (int i = 0; i < strides.length; i++) {
      int extent = (x.extent(i + 2) - 1) * spread[i] + 1;
      shape[i + 2] =
          Index.slide(
              spread[i] == 1 ? x.extent(i + 2) : extent,
              weights.extent(i + 2),
              dilations[i],
              strides[i],
              low[i],
              high[i]);
    }
    Array out = Array.zeros(call.result(), shape);
    int[] xStrides = Index.strides(x.shape());
    int channelsPerGroup = weights.extent(1);
    int outputsPerGroup = weights.extent(0) / groups;
    int[] windowShape = weights.shape();
    for (int o = 0; o < out.size(); o++) {
      int[] at = Index.coordinates(o, shape);
      int group = at[1] / outputsPerGroup;
      int firstWeight = at[1] * Index.product(windowShape, 1, windowShape.length);
      int[] from = new int[at.length];
      from[0] = at[0];
      for (int w = 0; w < Index.product(windowShape, 1, windowShape.length); w++) {
        int[] tap = tapOf(w, windowShape);
        from[1] = group * channelsPerGroup + tap[1];
        if (locate(from, at, tap, strides, dilations, spread, low)
            && Index.isInside(from, x.shape())) {
          accumulate(out, o, x, Index.flat(from, xStrides), weights, firstWeight + w);
        }
      }
    }
    return out;
  }

  /** {@return the coordinates of a weight within the filter of one output channel} */
  private static int[] tapOf(int index, int[] weights) {
    int[] filter = weights.clone();
    filter[0] = 1;
    return Index.coordinates(index, filter);
  }

  /** Finds the element of x under a weight; false for one of the zeros that spread x. */
  private static boolean locate(
      int[] from, int[] at, int[] tap, int[] strides, int[] dilations, int[] spread, int[] low) {
    for (int i = 0; i < strides.length; i++) {
      int position = at[i + 2] * strides[i] + tap[i + 2] * dilations[i] - low[i];
      if (Math.floorMod(position, spread[i]) != 0) {
        return false;
      }
      from[i + 2] = Math.floorDiv(position, spread[i]);
    }
    return true;
  }
}
