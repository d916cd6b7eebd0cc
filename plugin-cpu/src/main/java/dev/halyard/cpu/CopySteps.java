package dev.halyard.cpu;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Elements moved as they are: reshape, transpose, slice, concat, pad. */
final class CopySteps {
  private CopySteps() {}

  static void reshape(NodeLowering node) {
    Operand from = node.in(0);
    long[] extents = {from.elements()};
    copy(node, extents, from, 0, new long[] {1}, node.out(0), 0, new long[] {1});
  }

  static void transpose(NodeLowering node) {
    Operand from = node.in(0);
    Operand to = node.out(0);
    long[] own = Operand.strides(from.extents());
    long[] strides =
        Arrays.stream(node.integers("permutation")).map(axis -> own[(int) axis]).toArray();
    copy(node, to.extents(), from, 0, strides, to, 0, Operand.strides(to.extents()));
  }

  static void slice(NodeLowering node) {
    Operand from = node.in(0);
    Operand to = node.out(0);
    long[] start = node.lowering().extents(node.node().attributes().shape("start"));
    long[] steps = node.integers("strides");
    long[] strides = Operand.strides(from.extents());
    long first = 0;
    for (int i = 0; i < strides.length; i++) {
      first += start[i] * strides[i];
      strides[i] *= steps[i];
    }
    copy(node, to.extents(), from, first, strides, to, 0, Operand.strides(to.extents()));
  }

  static void concat(NodeLowering node) {
    Operand to = node.out(0);
    int axis = NodeLowering.axis(node.integer("axis"), to);
    long[] strides = Operand.strides(to.extents());
    long at = 0;
    for (int i = 0; i < node.node().inputs().size(); i++) {
      Operand from = node.in(i);
      long[] own = Operand.strides(from.extents());
      copy(node, from.extents(), from, 0, own, to, at * strides[axis], strides);
      at += from.extent(axis);
    }
  }

  static void pad(NodeLowering node) {
    Operand from = node.in(0);
    Operand value = node.in(1);
    Operand to = node.out(0);
    long[] low = node.integers("low");
    long[] strides = Operand.strides(to.extents());
    long first = 0;
    for (int i = 0; i < low.length; i++) {
      first += low[i] * strides[i];
    }
    long[] all = {to.elements()};
    copy(node, all, value, 0, new long[] {0}, to, 0, new long[] {1});
    long[] own = Operand.strides(from.extents());
    copy(node, from.extents(), from, 0, own, to, first, strides);
  }

  /** Adds a step that copies a box of elements; positions and strides are in elements. */
  static void copy(
      NodeLowering node,
      long[] extents,
      Operand from,
      long fromAt,
      long[] fromStrides,
      Operand to,
      long toAt,
      long[] toStrides) {
    BoxCopy box = BoxCopy.of(extents, fromAt, fromStrides, toAt, toStrides, from.dtype().bytes());
    node.add(
        "copy " + box,
        box.rows(),
        (double) box.rows() * box.rowLength() * 2,
        memory -> {
          MemorySegment source = memory.at(from);
          MemorySegment target = memory.at(to);
          return (first, last, worker) -> box.run(source, target, first, last);
        });
  }
}
