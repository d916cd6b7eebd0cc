package dev.halyard.opencl.code;

import dev.halyard.DType;

/** Where the greatest element is, and the order of elements, along an axis. */
final class Order {
  private Order() {}

  /** {@return whether x comes after y; a NaN is greater than every number, -0 equals +0} */
  private static String after(DType dtype, String x, String y) {
    return dtype.isFloat()
        ? "(%1$s > %2$s || (isnan(%1$s) && !isnan(%2$s)))".formatted(x, y)
        : "(" + x + " > " + y + ")";
  }

  static void argmax(NodeLowering node) {
    Operand from = node.in(0);
    Operand to = node.out(0);
    int axis = NodeLowering.axis(node.integer("axis"), from);
    node.requireElements(from, axis, to);
    if (to.elements() == 0) {
      return;
    }
    DType dtype = from.dtype();
    long inner = Operand.strides(from.extents())[axis];
    long extent = from.extent(axis);
    KernelText kernel = new KernelText();
    String in = kernel.read(from);
    String out = kernel.write(to);
    Loops.Flat loop = node.loops(kernel).flat(to.elements(), extent * 2);
    // Of equals the first, or the last: a later one wins if it is greater, or not less.
    String wins =
        node.flag("select_last") ? "!" + after(dtype, "best", "x") : after(dtype, "x", "best");
    kernel.add(
        """
            const ulong base = (ulong)(i / %1$d) * %2$d + i %% %1$d;
            %3$s best = %4$s;
            long chosen = 0;
            for (ulong j = 1; j < %5$d; j++) {
              const %3$s x = %6$s;
              if (%7$s) {
                best = x;
                chosen = (long)j;
              }
            }
            %8$s[i] = chosen;
        """
            .formatted(
                inner,
                extent * inner,
                Types.compute(dtype),
                Types.load(dtype, in, "base"),
                extent,
                Types.load(dtype, in, "(base + j * %d)".formatted(inner)),
                wins,
                out));
    node.add(loop.launch(node.kernels(), "argmax", node.name()));
  }

  /**
   * A stable merge sort of indices from the bottom up: in each launch every element looks up its
   * place in the other of two sorted runs.
   */
  static void sort(NodeLowering node) {
    Operand from = node.in(0);
    Operand values = node.out(0);
    Operand indices = node.out(1);
    int axis = NodeLowering.axis(node.integer("axis"), from);
    if (from.elements() == 0) {
      return;
    }
    long extent = from.extent(axis);
    Operand current = node.region().temporary(DType.I64, from.extents());
    Operand other = node.region().temporary(DType.I64, from.extents());
    first(node, current, axis);
    for (long width = 1; width < extent; width *= 2) {
      merge(node, from, current, other, axis, width);
      Operand done = other;
      other = current;
      current = done;
    }
    place(node, from, current, values, indices, axis);
  }

  /** Every element has its own index. */
  private static void first(NodeLowering node, Operand to, int axis) {
    KernelText kernel = new KernelText();
    String out = kernel.write(to);
    Loops.Flat loop = node.loops(kernel).flat(to.elements(), 4);
    long inner = Operand.strides(to.extents())[axis];
    kernel.add("    %s[i] = (long)(i / %d %% %d);".formatted(out, inner, to.extent(axis)));
    node.add(loop.launch(node.kernels(), "indices", node.name() + ": indices"));
  }

  private static void merge(
      NodeLowering node, Operand x, Operand from, Operand to, int axis, long width) {
    DType dtype = x.dtype();
    long inner = Operand.strides(x.extents())[axis];
    long extent = x.extent(axis);
    KernelText kernel = new KernelText();
    String elements = kernel.read(x);
    String in = kernel.read(from);
    String out = kernel.write(to);
    Loops.Flat loop = node.loops(kernel).flat(x.elements(), 64);
    String mine = "mine";
    String theirs = "theirs";
    boolean descending = node.flag("descending");
    // From the left run an element passes those of the right that come before it; from the right
    // one, those of the left that do not come after it: so that equals keep their order.
    String before = descending ? after(dtype, theirs, mine) : after(dtype, mine, theirs);
    String notAfter = "!" + (descending ? after(dtype, mine, theirs) : after(dtype, theirs, mine));
    String load =
        Types.load(
            dtype, elements, "(base + (ulong)%s[base + %s * " + inner + "] * " + inner + ")");
    kernel.add(
        """
            const ulong base = (ulong)(i / %1$d) * %2$d + i %% %1$d %% %3$d;
            const ulong position = i / %3$d %% %4$d;
            const ulong run = position / %5$d * %5$d;
            const bool left = position - run < %6$d;
            const ulong start = left ? min(run + %6$d, (ulong)%4$d) : run;
            ulong low = start;
            ulong high = left ? min(run + %5$d, (ulong)%4$d) : run + %6$d;
            const %7$s mine = %8$s;
            while (low < high) {
              const ulong middle = (low + high) / 2;
              const %7$s theirs = %9$s;
              if (left ? %10$s : %11$s) {
                low = middle + 1;
              } else {
                high = middle;
              }
            }
            const ulong own = position - (left ? run : run + %6$d);
            %12$s[base + (run + own + low - start) * %3$d] = %13$s[base + position * %3$d];
        """
            .formatted(
                extent * inner,
                extent * inner,
                inner,
                extent,
                2 * width,
                width,
                Types.compute(dtype),
                load.formatted(in, "position"),
                load.formatted(in, "middle"),
                before,
                notAfter,
                out,
                in));
    node.add(loop.launch(node.kernels(), "merge", node.name() + ": merge runs of " + width));
  }

  private static void place(
      NodeLowering node, Operand x, Operand order, Operand values, Operand indices, int axis) {
    long inner = Operand.strides(x.extents())[axis];
    KernelText kernel = new KernelText();
    String in = kernel.readBits(x);
    String from = kernel.read(order);
    String sorted = kernel.writeBits(values);
    String at = kernel.write(indices);
    Loops.Flat loop = node.loops(kernel).flat(x.elements(), 8);
    kernel.add(
        """
            const long index = %s[i];
            %s[i] = index;
            %s[i] = %s[(ulong)(i / %d) * %d + i %% %d + (ulong)index * %d];
        """
            .formatted(
                from,
                at,
                sorted,
                in,
                x.extent(axis) * inner,
                x.extent(axis) * inner,
                inner,
                inner));
    node.add(loop.launch(node.kernels(), "sorted", node.name() + ": sorted"));
  }
}
