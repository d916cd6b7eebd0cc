package dev.halyard.cpu;

import dev.halyard.DType;
import java.lang.foreign.MemorySegment;

/** Windows that slide over axes: one pass per axis, since sums and extremes are separable. */
final class WindowSteps {
  private WindowSteps() {}

  static void lower(NodeLowering node) {
    Binary op = node.node().op().equals("window_sum/1") ? Binary.ADD : Binary.MAX;
    Operand from = node.widened(0);
    Operand to = node.wideOut(0);
    long[] window = node.integers("window");
    long[] strides = node.integers("strides");
    long[] dilations = node.integers("dilations");
    long[] low = node.integers("pad_low");
    long[] high = node.integers("pad_high");
    long[] extents = from.extents().clone();
    Operand current = from;
    int last = lastAxis(window, strides, low, high);
    for (int axis = 0; axis <= last; axis++) {
      if (moves(axis, window, strides, low, high)) {
        extents[axis] = to.extent(axis);
        Operand next = axis == last ? to : node.region().temporary(from.dtype(), extents.clone());
        pass(
            node,
            op,
            current,
            next,
            axis,
            new Slide(window[axis], strides[axis], dilations[axis], low[axis]));
        current = next;
      }
    }
    if (last < 0) {
      long[] all = {from.elements()};
      CopySteps.copy(node, all, from, 0, new long[] {1}, to, 0, new long[] {1});
    }
    node.narrow(0, to);
  }

  private static int lastAxis(long[] window, long[] strides, long[] low, long[] high) {
    int last = -1;
    for (int axis = 0; axis < window.length; axis++) {
      last = moves(axis, window, strides, low, high) ? axis : last;
    }
    return last;
  }

  private static boolean moves(int axis, long[] window, long[] strides, long[] low, long[] high) {
    return window[axis] != 1 || strides[axis] != 1 || low[axis] != 0 || high[axis] != 0;
  }

  /**
   * A window along one axis.
   *
   * @param size its elements
   * @param stride from one window to the next
   * @param dilation from one of its elements to the next
   * @param low the elements of padding before the first
   */
  private record Slide(long size, long stride, long dilation, long low) {
    /** {@return which element of the source a window's element is; maybe one of the padding} */
    long source(long window, long element) {
      return window * stride + element * dilation - low;
    }
  }

  private static void pass(
      NodeLowering node, Binary op, Operand from, Operand to, int axis, Slide slide) {
    long inner = Operand.strides(from.extents())[axis];
    long in = from.extent(axis);
    long out = to.extent(axis);
    DType dtype = from.dtype();
    long rows = inner == 0 ? 0 : to.elements() / inner;
    node.add(
        "window along axis " + axis,
        rows,
        (double) to.elements() * slide.size() * 2,
        memory -> {
          MemorySegment source = memory.at(from);
          MemorySegment target = memory.at(to);
          Kernels kernels = node.lowering().kernels();
          return (first, last, worker) -> {
            for (long row = first; row < last; row++) {
              long outer = row / out * in;
              long window = row % out;
              long at = row * inner * dtype.bytes();
              fillIdentity(kernels, op, dtype, target, at, inner);
              for (long i = 0; i < slide.size(); i++) {
                long element = slide.source(window, i);
                if (element >= 0 && element < in) {
                  long other = (outer + element) * inner * dtype.bytes();
                  accumulate(kernels, op, dtype, source, other, target, at, inner);
                }
              }
            }
          };
        });
  }

  private static void fillIdentity(
      Kernels kernels, Binary op, DType dtype, MemorySegment to, long at, long n) {
    boolean sum = op == Binary.ADD;
    if (dtype == DType.F32) {
      kernels.fill(sum ? 0 : Float.NEGATIVE_INFINITY, to, at, Math.toIntExact(n));
      return;
    }
    for (long i = 0; i < n; i++) {
      if (dtype.isFloat()) {
        double identity = sum ? 0 : Double.NEGATIVE_INFINITY;
        Elements.putNumber(dtype, to, at + i * dtype.bytes(), identity);
      } else {
        long identity = sum ? 0 : Elements.least(dtype);
        Elements.putInteger(dtype, to, at + i * dtype.bytes(), identity);
      }
    }
  }

  private static void accumulate(
      Kernels kernels,
      Binary op,
      DType dtype,
      MemorySegment from,
      long fromAt,
      MemorySegment to,
      long toAt,
      long n) {
    if (dtype == DType.F32) {
      if (n == 1) {
        float value =
            ScalarMath.binary(op, to.get(Elements.F32, toAt), from.get(Elements.F32, fromAt));
        to.set(Elements.F32, toAt, value);
      } else {
        kernels.binary(op, to, toAt, from, fromAt, to, toAt, Math.toIntExact(n));
      }
      return;
    }
    for (long i = 0; i < n; i++) {
      long source = fromAt + i * dtype.bytes();
      long target = toAt + i * dtype.bytes();
      if (dtype.isFloat()) {
        double left = Elements.number(dtype, to, target);
        double right = Elements.number(dtype, from, source);
        Elements.putNumber(dtype, to, target, ScalarMath.binary(op, left, right));
      } else {
        long left = Elements.integer(dtype, to, target);
        long right = Elements.integer(dtype, from, source);
        Elements.putInteger(dtype, to, target, ScalarMath.binary(op, left, right));
      }
    }
  }
}
