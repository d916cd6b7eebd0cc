package dev.halyard.cpu;

import dev.halyard.DType;
import java.lang.foreign.MemorySegment;

/** Elements addressed by indices: gather, scatter, iota. */
final class IndexSteps {
  private IndexSteps() {}

  static void gather(NodeLowering node) {
    Operand x = node.in(0);
    Operand indices = node.in(1);
    Operand to = node.out(0);
    int axis = NodeLowering.axis(node.integer("axis"), x);
    node.requireElements(x, axis, to);
    long extent = x.extent(axis);
    long count = indices.elements();
    long rowBytes = product(x, axis + 1, x.rank()) * x.dtype().bytes();
    long rows = to.elements() == 0 ? 0 : product(x, 0, axis) * count;
    node.add(
        "gather " + rows + " rows of " + rowBytes + " bytes",
        rows,
        (double) rows * (rowBytes / 4.0 + 8),
        memory -> {
          MemorySegment source = memory.at(x);
          MemorySegment at = memory.at(indices);
          MemorySegment target = memory.at(to);
          DType type = indices.dtype();
          return (first, last, worker) -> {
            for (long row = first; row < last; row++) {
              long outer = row / count;
              long index = Elements.integer(type, at, row % count * type.bytes());
              long chosen = Math.clamp(index < 0 ? index + extent : index, 0, extent - 1);
              MemorySegment.copy(
                  source, (outer * extent + chosen) * rowBytes, target, row * rowBytes, rowBytes);
            }
          };
        });
  }

  private static long product(Operand x, int from, int to) {
    long product = 1;
    for (int i = from; i < to; i++) {
      product *= x.extent(i);
    }
    return product;
  }

  static void scatter(NodeLowering node) {
    boolean add = node.node().attributes().text("reduction").equals("add");
    // Sums of several updates are rounded to 16 bits once.
    Operand x = add ? node.widened(0) : node.in(0);
    Operand indices = node.in(1);
    Operand updates = add ? node.widened(2) : node.in(2);
    Operand to = add ? node.wideOut(0) : node.out(0);
    long[] all = {x.elements()};
    CopySteps.copy(node, all, x, 0, new long[] {1}, to, 0, new long[] {1});
    int axis = NodeLowering.axis(node.integer("axis"), x);
    long[] space = updates.extents();
    long[] strides = Operand.strides(x.extents());
    long count = updates.elements();
    // One piece: several updates may meet at one element, and the last, or the order of sums,
    // counts.
    node.add(
        "scatter " + count + " elements",
        count == 0 ? 0 : 1,
        0,
        memory -> {
          MemorySegment at = memory.at(indices);
          MemorySegment from = memory.at(updates);
          MemorySegment target = memory.at(to);
          return (first, last, worker) -> {
            for (long i = 0; i < count; i++) {
              long index = Elements.integer(indices.dtype(), at, i * indices.dtype().bytes());
              long chosen = index < 0 ? index + x.extent(axis) : index;
              if (chosen >= 0 && chosen < x.extent(axis)) {
                long element = element(i, space, strides, axis, chosen);
                put(x.dtype(), add, from, i, target, element);
              }
            }
          };
        });
    node.narrow(0, to);
  }

  private static long element(long index, long[] space, long[] strides, int axis, long chosen) {
    long element = chosen * strides[axis];
    long rest = index;
    for (int i = space.length - 1; i >= 0; i--) {
      long next = rest / space[i];
      if (i != axis) {
        element += (rest - next * space[i]) * strides[i];
      }
      rest = next;
    }
    return element;
  }

  private static void put(
      DType dtype, boolean add, MemorySegment from, long i, MemorySegment to, long element) {
    long source = i * dtype.bytes();
    long target = element * dtype.bytes();
    if (!add) {
      MemorySegment.copy(from, source, to, target, dtype.bytes());
    } else if (dtype.isFloat()) {
      double sum = Elements.number(dtype, to, target) + Elements.number(dtype, from, source);
      Elements.putNumber(dtype, to, target, sum);
    } else {
      long sum = Elements.integer(dtype, to, target) + Elements.integer(dtype, from, source);
      Elements.putInteger(dtype, to, target, sum);
    }
  }

  static void iota(NodeLowering node) {
    Operand to = node.out(0);
    DType dtype = to.dtype();
    int axis = NodeLowering.axis(node.integer("axis"), to);
    long stride = Operand.strides(to.extents())[axis];
    long extent = to.extent(axis);
    node.add(
        "iota",
        to.elements(),
        to.elements() * 8.0,
        memory -> {
          MemorySegment target = memory.at(to);
          return (first, last, worker) -> {
            for (long i = first; i < last; i++) {
              long value = i / stride % extent;
              if (dtype.isFloat()) {
                Elements.putNumber(dtype, target, i * dtype.bytes(), (double) value);
              } else {
                Elements.putInteger(dtype, target, i * dtype.bytes(), value);
              }
            }
          };
        });
  }
}
