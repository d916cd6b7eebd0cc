package dev.halyard.internal;

import dev.halyard.DType;
import dev.halyard.Dim;
import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.Value;
import java.util.Arrays;

/** What the bodies of several composites have in common. */
final class Bodies {
  private Bodies() {}

  /**
   * {@return a value in the type that its dtype is computed in}
   *
   * <p>F16 and BF16 are storage types: a composite of them computes in F32 and rounds once, at its
   * end, so that no intermediate result overflows or loses digits that its operands had.
   */
  static Value wide(Value x) {
    return x.dtype() == DType.F16 || x.dtype() == DType.BF16 ? x.cast(DType.F32) : x;
  }

  /** {@return the dtype of a sum of products of one dtype, unless a wider one is asked for} */
  static DType productType(DType dtype) {
    return dtype.isInteger() && dtype.bytes() < DType.I32.bytes() ? DType.I32 : dtype;
  }

  /** {@return the product of some extents of a shape, as an I64 scalar} */
  static Value count(Graph.Builder graph, Shape shape, int... axes) {
    Dim[] counted = Arrays.stream(axes).mapToObj(shape::dim).toArray(Dim[]::new);
    Shape box = Shape.of(counted);
    if (box.isStatic()) {
      // Exact: no tensor has more than 2^53 elements.
      return graph.scalar(DType.I64, (double) box.elements());
    }
    long[] all = new long[axes.length];
    Arrays.setAll(all, i -> i);
    return graph.scalar(DType.I64, 1).broadcast(box).reduceSum(false, all);
  }

  /** {@return the mean of floats along axes, which stay with extent 1} */
  static Value mean(Graph.Builder graph, Value x, int... axes) {
    Value count = count(graph, x.shape(), axes).cast(x.dtype());
    return x.reduceSum(true, longs(axes)).div(count);
  }

  /** {@return the axes from one to the innermost} */
  static int[] axesFrom(int first, int rank) {
    int[] axes = new int[rank - first];
    Arrays.setAll(axes, i -> first + i);
    return axes;
  }

  /** {@return the same numbers} */
  static long[] longs(int... values) {
    return Arrays.stream(values).asLongStream().toArray();
  }

  /** {@return a vector as [n, 1, ..., 1], to lie along an axis that has some axes inside it} */
  static Value along(Value vector, int inner) {
    Dim[] dims = new Dim[inner + 1];
    Arrays.fill(dims, Dim.of(1));
    dims[0] = vector.shape().dim(0);
    return vector.reshape(Shape.of(dims));
  }

  /** {@return e^(x - max) / sum along an axis; the maximum keeps e^x from overflowing} */
  static Value softmax(Value x, int axis) {
    Value powers = x.sub(x.reduceMax(true, axis)).exp();
    return powers.div(powers.reduceSum(true, axis));
  }

  /** {@return the dimensions of a shape but for some outer or inner ones} */
  static Shape part(Shape shape, int from, int to) {
    return Shape.of(shape.dims().subList(from, to));
  }

  /** {@return whether two shapes broadcast, each to what both have in common} */
  static boolean broadcastTogether(Shape a, Shape b) {
    for (int i = 1; i <= Math.min(a.rank(), b.rank()); i++) {
      if (!a.dim(-i).is(1) && !b.dim(-i).is(1) && !a.dim(-i).equals(b.dim(-i))) {
        return false;
      }
    }
    return true;
  }

  /** {@return the shape but for its two innermost axes} */
  static Shape batch(Shape shape) {
    return part(shape, 0, shape.rank() - 2);
  }

  /** {@return whether one shape broadcasts to another} */
  static boolean broadcasts(Shape from, Shape to) {
    if (from.rank() > to.rank()) {
      return false;
    }
    for (int i = 1; i <= from.rank(); i++) {
      if (!from.dim(-i).is(1) && !from.dim(-i).equals(to.dim(-i))) {
        return false;
      }
    }
    return true;
  }
}
