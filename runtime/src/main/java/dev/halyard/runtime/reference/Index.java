package dev.halyard.runtime.reference;

/** Row-major indices of several axes. */
final class Index {
  private Index() {}

  /** {@return how far apart neighbours along each axis lie} */
  static int[] strides(int[] shape) {
    int[] strides = new int[shape.length];
    int stride = 1;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= Math.max(1, shape[axis]);
    }
    return strides;
  }

  /** {@return the coordinates of an element} */
  static int[] coordinates(int flat, int[] shape) {
    int[] at = new int[shape.length];
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      at[axis] = flat % shape[axis];
      flat /= shape[axis];
    }
    return at;
  }

  /** {@return where an element lies} */
  static int flat(int[] at, int[] strides) {
    int flat = 0;
    for (int axis = 0; axis < at.length; axis++) {
      flat += at[axis] * strides[axis];
    }
    return flat;
  }

  /** {@return whether coordinates lie within a shape} */
  static boolean isInside(int[] at, int[] shape) {
    for (int axis = 0; axis < at.length; axis++) {
      if (at[axis] < 0 || at[axis] >= shape[axis]) {
        return false;
      }
    }
    return true;
  }

  /** {@return the product of some extents} */
  static int product(int[] shape, int from, int to) {
    int product = 1;
    for (int axis = from; axis < to; axis++) {
      product *= shape[axis];
    }
    return product;
  }

  /** {@return an axis counted from the outermost} */
  static int axis(long axis, int rank) {
    return Math.toIntExact(axis < 0 ? axis + rank : axis);
  }

  /**
   * {@return the extent of a window that slides along an axis; the rule is that of the type
   * inference}
   */
  static int slide(int extent, int window, int dilation, int stride, int low, int high) {
    int room = extent + low + high - dilation * (window - 1) - 1;
    return Math.floorDiv(room, stride) + 1;
  }
}
