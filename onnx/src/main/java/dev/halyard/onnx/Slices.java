package dev.halyard.onnx;

import dev.halyard.Dim;
import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.Value;
import java.util.Arrays;

/**
 * Which elements a slice takes along one axis.
 *
 * @param start the first
 * @param size how many
 * @param step from one to the next, not 0
 */
record Slices(Dim start, Dim size, long step) {
  /** Exporters write this, or more, for "to the end", and its negative for "from the beginning". */
  private static final long END = Integer.MAX_VALUE;

  /**
   * Resolves a slice in the sense of NumPy.
   *
   * <p>Where it depends on a symbol whether an index lies inside the axis, it is taken to; a kernel
   * for values of the symbols that say otherwise is refused when it is specialised.
   *
   * @param extent of the axis
   * @param from the first index; negative counts from the end
   * @param to the index after the last; negative counts from the end
   * @param step not 0
   */
  static Slices of(Dim extent, Dim from, Dim to, long step) {
    Dim last = extent.plus(-1);
    boolean forward = step > 0;
    Dim start = limited(counted(from, extent), Dim.of(0), forward ? extent : last);
    Dim end = limited(counted(to, extent), Dim.of(forward ? 0 : -1), forward ? extent : last);
    Dim length = forward ? end.minus(start) : start.minus(end);
    if (length.max() <= 0) {
      return new Slices(Dim.of(0), Dim.of(0), step);
    }
    return new Slices(start, DimMath.ceilDivide(length, Math.abs(step)), step);
  }

  /** {@return the index counted from the beginning} */
  private static Dim counted(Dim index, Dim extent) {
    if (index.isConstant() && Math.abs((double) index.constant()) >= END) {
      // Past either end of any axis; a plain sum could overflow.
      long far = Long.MAX_VALUE / 4;
      return Dim.of(index.constant() > 0 ? far : -far);
    }
    return index.max() < 0 ? index.plus(extent) : index;
  }

  private static Dim limited(Dim index, Dim low, Dim high) {
    boolean beyond =
        DimMath.atMost(high, index)
            || (index.isConstant() && index.constant() > Long.MAX_VALUE / 8);
    if (beyond) {
      return high;
    }
    return DimMath.atMost(index, low) ? low : index;
  }

  /** {@return the slice of one axis, the others whole} */
  Value apply(Value x, int axis) {
    Slices[] all = whole(x.shape());
    all[axis] = this;
    return apply(x, all);
  }

  /** {@return for every axis the slice that takes all of it} */
  static Slices[] whole(Shape shape) {
    return shape.dims().stream()
        .map(extent -> new Slices(Dim.of(0), extent, 1))
        .toArray(Slices[]::new);
  }

  /** {@return a box, or x itself if that is all of it} */
  static Value apply(Value x, Slices... slices) {
    if (Arrays.equals(slices, whole(x.shape()))) {
      return x;
    }
    return x.slice(
        Shape.of(Arrays.stream(slices).map(Slices::start).toList()),
        Shape.of(Arrays.stream(slices).map(Slices::size).toList()),
        Arrays.stream(slices).mapToLong(Slices::step).toArray());
  }

  /** {@return x backwards along an axis} */
  static Value reversed(Value x, int axis) {
    Dim extent = x.shape().dim(axis);
    return extent.is(0) ? x : new Slices(extent.plus(-1), extent, -1).apply(x, axis);
  }

  /** {@return x moved on by one along an axis: a zero first, the last element dropped} */
  static Value shifted(Graph.Builder graph, Value x, int axis) {
    Dim extent = x.shape().dim(axis);
    if (extent.is(0)) {
      return x;
    }
    long[] low = new long[x.shape().rank()];
    low[axis] = 1;
    Value kept = new Slices(Dim.of(0), extent.plus(-1), 1).apply(x, axis);
    return kept.pad(graph.scalar(x.dtype(), 0), low, new long[low.length]);
  }
}
