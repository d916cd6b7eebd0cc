package dev.halyard.runtime.reference;

import dev.halyard.DType;

/** Elements moved, repeated, chosen and counted. */
final class DataMovement {
  private DataMovement() {}

  static void declareAll(Primitive.Registry into) {
    into.addSingle("reshape/1", call -> call.operand(0).reshaped(call.extents("shape")));
    into.addSingle("transpose/1", DataMovement::transpose);
    into.addSingle("broadcast/1", DataMovement::broadcast);
    into.addSingle("slice/1", DataMovement::slice);
    into.addSingle("concat/1", DataMovement::concat);
    into.addSingle("pad/1", DataMovement::pad);
    into.addSingle("gather/1", DataMovement::gather);
    into.addSingle("scatter/1", DataMovement::scatter);
    into.addSingle("iota/1", DataMovement::iota);
  }

  /** Tells where an element of the result comes from. */
  @FunctionalInterface
  private interface Source {
    int[] of(int[] at);
  }

  private static Array move(Array x, int[] shape, Source source) {
    Array out = Array.zeros(x.dtype(), shape);
    int[] strides = Index.strides(x.shape());
    for (int o = 0; o < out.size(); o++) {
      out.copy(o, x, Index.flat(source.of(Index.coordinates(o, shape)), strides));
    }
    return out;
  }

  private static Array transpose(Primitive.Call call) {
    Array x = call.operand(0);
    int[] permutation = call.integers("permutation");
    int[] shape = new int[permutation.length];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = x.extent(permutation[i]);
    }
    return move(
        x,
        shape,
        at -> {
          int[] from = new int[at.length];
          for (int i = 0; i < at.length; i++) {
            from[permutation[i]] = at[i];
          }
          return from;
        });
  }

  private static Array broadcast(Primitive.Call call) {
    Array x = call.operand(0);
    int[] shape = call.extents("shape");
    int added = shape.length - x.rank();
    return move(
        x,
        shape,
        at -> {
          int[] from = new int[x.rank()];
          for (int i = 0; i < from.length; i++) {
            from[i] = x.extent(i) == 1 ? 0 : at[added + i];
          }
          return from;
        });
  }

  private static Array slice(Primitive.Call call) {
    int[] start = call.extents("start");
    int[] strides = call.integers("strides");
    return move(
        call.operand(0),
        call.extents("size"),
        at -> {
          int[] from = new int[at.length];
          for (int i = 0; i < at.length; i++) {
            from[i] = start[i] + at[i] * strides[i];
          }
          return from;
        });
  }

  private static Array concat(Primitive.Call call) {
    int axis = call.axis();
    int[] shape = call.operand(0).shape().clone();
    shape[axis] = call.operands().stream().mapToInt(x -> x.extent(axis)).sum();
    Array out = Array.zeros(call.operand(0).dtype(), shape);
    int[] strides = Index.strides(shape);
    int before = 0;
    for (Array x : call.operands()) {
      for (int i = 0; i < x.size(); i++) {
        int[] at = Index.coordinates(i, x.shape());
        at[axis] += before;
        out.copy(Index.flat(at, strides), x, i);
      }
      before += x.extent(axis);
    }
    return out;
  }

  private static Array pad(Primitive.Call call) {
    Array x = call.operand(0);
    int[] low = call.integers("low");
    int[] high = call.integers("high");
    int[] shape = x.shape().clone();
    for (int i = 0; i < shape.length; i++) {
      shape[i] += low[i] + high[i];
    }
    Array out = Array.zeros(x.dtype(), shape);
    int[] strides = Index.strides(x.shape());
    for (int o = 0; o < out.size(); o++) {
      int[] from = Index.coordinates(o, shape);
      for (int i = 0; i < from.length; i++) {
        from[i] -= low[i];
      }
      if (Index.isInside(from, x.shape())) {
        out.copy(o, x, Index.flat(from, strides));
      } else {
        out.copy(o, call.operand(1), 0);
      }
    }
    return out;
  }

  private static Array gather(Primitive.Call call) {
    Array x = call.operand(0);
    Array indices = call.operand(1);
    int axis = call.axis();
    int extent = x.extent(axis);
    int replaced = indices.rank();
    int[] shape = new int[x.rank() - 1 + replaced];
    System.arraycopy(x.shape(), 0, shape, 0, axis);
    System.arraycopy(indices.shape(), 0, shape, axis, replaced);
    System.arraycopy(x.shape(), axis + 1, shape, axis + replaced, x.rank() - axis - 1);
    if (extent == 0 && Index.product(shape, 0, shape.length) > 0) {
      throw new IllegalArgumentException(
          "gather/1: axis " + axis + " of " + x + " is empty, there is nothing to gather");
    }
    int[] indexStrides = Index.strides(indices.shape());
    return move(
        x,
        shape,
        at -> {
          int[] which = new int[replaced];
          System.arraycopy(at, axis, which, 0, replaced);
          long index = indices.integer(Index.flat(which, indexStrides));
          int[] from = new int[x.rank()];
          System.arraycopy(at, 0, from, 0, axis);
          System.arraycopy(at, axis + replaced, from, axis + 1, x.rank() - axis - 1);
          from[axis] = (int) Math.clamp(index < 0 ? index + extent : index, 0L, extent - 1L);
          return from;
        });
  }

  private static Array scatter(Primitive.Call call) {
    Array out = call.operand(0).copy();
    Array indices = call.operand(1);
    Array updates = call.operand(2);
    int axis = call.axis();
    int extent = out.extent(axis);
    boolean add = call.attributes().text("reduction").equals("add");
    int[] strides = Index.strides(out.shape());
    for (int u = 0; u < updates.size(); u++) {
      long index = indices.integer(u);
      if (index < -extent || index >= extent) {
        continue;
      }
      int[] at = Index.coordinates(u, updates.shape());
      at[axis] = (int) (index < 0 ? index + extent : index);
      int o = Index.flat(at, strides);
      if (!add) {
        out.copy(o, updates, u);
      } else if (out.isFloat()) {
        out.set(o, out.number(o) + updates.number(u));
      } else {
        out.set(o, out.integer(o) + updates.integer(u));
      }
    }
    return out;
  }

  private static Array iota(Primitive.Call call) {
    int axis = Math.toIntExact(call.attributes().integer("axis"));
    Array counts = Array.zeros(DType.I64, call.extents("shape"));
    for (int o = 0; o < counts.size(); o++) {
      counts.set(o, (long) Index.coordinates(o, counts.shape())[axis]);
    }
    return Elementwise.cast(counts, call.attributes().dtype("dtype"));
  }
}
