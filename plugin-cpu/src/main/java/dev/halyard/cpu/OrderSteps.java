package dev.halyard.cpu;

import dev.halyard.DType;
import java.lang.foreign.MemorySegment;

/** Where the greatest element is, and the order of elements, along an axis. */
final class OrderSteps {
  private OrderSteps() {}

  static void argmax(NodeLowering node) {
    Operand from = node.in(0);
    Operand to = node.out(0);
    int axis = NodeLowering.axis(node.integer("axis"), from);
    node.requireElements(from, axis, to);
    boolean last = node.node().attributes().flag("select_last");
    long inner = Operand.strides(from.extents())[axis];
    long extent = from.extent(axis);
    DType dtype = from.dtype();
    node.add(
        "argmax",
        to.elements(),
        from.elements() * 3.0,
        memory -> {
          MemorySegment source = memory.at(from);
          MemorySegment target = memory.at(to);
          return (first, end, worker) -> {
            for (long i = first; i < end; i++) {
              long base = i / inner * extent * inner + i % inner;
              long best = 0;
              for (long j = 1; j < extent; j++) {
                int order = compare(dtype, source, base + j * inner, base + best * inner);
                best = order > 0 || (last && order == 0) ? j : best;
              }
              target.set(Elements.I64, i * 8, best);
            }
          };
        });
  }

  static void sort(NodeLowering node) {
    Operand from = node.in(0);
    Operand values = node.out(0);
    Operand indices = node.out(1);
    int axis = NodeLowering.axis(node.integer("axis"), from);
    int sign = node.node().attributes().flag("descending") ? -1 : 1;
    long inner = Operand.strides(from.extents())[axis];
    long extent = from.extent(axis);
    DType dtype = from.dtype();
    long rows = from.elements() == 0 ? 0 : from.elements() / extent;
    double log = 64 - Long.numberOfLeadingZeros(extent);
    node.add(
        "sort",
        rows,
        from.elements() * 4.0 * log,
        extent * 2 * Long.BYTES,
        memory -> {
          MemorySegment source = memory.at(from);
          MemorySegment sorted = memory.at(values);
          MemorySegment order = memory.at(indices);
          MemorySegment scratch = memory.workspace();
          Merge merge = new Merge(dtype, source, inner, sign, scratch);
          return (first, last, worker) -> {
            long a = memory.scratchAt() + worker * memory.scratchBytes();
            for (long row = first; row < last; row++) {
              long base = row / inner * extent * inner + row % inner;
              long result = merge.sort(base, a, a + extent * 8, extent);
              for (long i = 0; i < extent; i++) {
                long index = scratch.get(Elements.I64, result + i * 8);
                long target = base + i * inner;
                order.set(Elements.I64, target * 8, index);
                MemorySegment.copy(
                    source,
                    (base + index * inner) * dtype.bytes(),
                    sorted,
                    target * dtype.bytes(),
                    dtype.bytes());
              }
            }
          };
        });
  }

  /** {@return the order of two elements: NaN greater than every number, -0 equal to +0} */
  private static int compare(DType dtype, MemorySegment x, long a, long b) {
    int bytes = dtype.bytes();
    if (!dtype.isFloat()) {
      return Long.compare(
          Elements.integer(dtype, x, a * bytes), Elements.integer(dtype, x, b * bytes));
    }
    double left = Elements.number(dtype, x, a * bytes);
    double right = Elements.number(dtype, x, b * bytes);
    return left == right ? 0 : Double.compare(left, right);
  }

  /**
   * A stable merge sort of indices in scratch memory, from the bottom up.
   *
   * @param dtype of the elements
   * @param x the elements
   * @param stride from one to the next
   * @param sign -1 to sort descending
   * @param scratch two arrays of indices
   */
  private record Merge(DType dtype, MemorySegment x, long stride, int sign, MemorySegment scratch) {
    /** {@return which of two arrays of indices then holds the order of the elements from base} */
    long sort(long base, long a, long b, long n) {
      for (long i = 0; i < n; i++) {
        scratch.set(Elements.I64, a + i * 8, i);
      }
      long from = a;
      long to = b;
      for (long width = 1; width < n; width *= 2) {
        for (long low = 0; low < n; low += 2 * width) {
          long middle = Math.min(low + width, n);
          merge(base, from, to, low, middle, Math.min(middle + width, n));
        }
        long other = from;
        from = to;
        to = other;
      }
      return from;
    }

    private void merge(long base, long from, long to, long low, long middle, long high) {
      long left = low;
      long right = middle;
      for (long i = low; i < high; i++) {
        boolean takeLeft =
            right >= high || (left < middle && sign * order(base, from, left, right) <= 0);
        long index = scratch.get(Elements.I64, from + (takeLeft ? left++ : right++) * 8);
        scratch.set(Elements.I64, to + i * 8, index);
      }
    }

    private int order(long base, long from, long left, long right) {
      long a = base + scratch.get(Elements.I64, from + left * 8) * stride;
      long b = base + scratch.get(Elements.I64, from + right * 8) * stride;
      return compare(dtype, x, a, b);
    }
  }
}
