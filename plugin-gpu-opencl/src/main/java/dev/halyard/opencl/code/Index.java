package dev.halyard.opencl.code;

import dev.halyard.DType;
import java.util.ArrayList;
import java.util.List;

/** Elements addressed by indices: gather, scatter, iota. */
final class Index {
  private Index() {}

  static void gather(NodeLowering node) {
    Operand x = node.in(0);
    Operand indices = node.in(1);
    Operand to = node.out(0);
    int axis = NodeLowering.axis(node.integer("axis"), x);
    node.requireElements(x, axis, to);
    if (to.elements() == 0) {
      return;
    }
    long inner = Operand.strides(x.extents())[axis];
    long extent = x.extent(axis);
    KernelText kernel = new KernelText();
    String in = kernel.readBits(x);
    String at = kernel.read(indices);
    String out = kernel.writeBits(to);
    Space space =
        new Space(new long[] {to.elements() / inner, inner}, List.of(new long[] {inner, 1}));
    String type = KernelText.index(Math.max(x.elements(), to.elements()));
    Loops.Body body =
        new Loops.Body() {
          @Override
          public void row(String indent, List<String> coordinates) {
            String row = coordinates.getFirst();
            kernel.add(
                """
                %1$sconst long index = %2$s[%3$s %% %4$d];
                %1$sconst long chosen = clamp(index < 0 ? index + %5$d : index, 0L, %6$dL);
                %1$sconst %7$s from = ((%7$s)(%3$s / %4$d) * %5$d + (%7$s)chosen) * %8$d;
                %1$sconst %7$s to = (%7$s)%3$s * %8$d;
                """
                    .formatted(
                        indent, at, row, indices.elements(), extent, extent - 1, type, inner));
          }

          @Override
          public void element(String indent, int width, String i) {
            kernel.add(indent + "%s[to + %s] = %s[from + %s];".formatted(out, i, in, i));
          }
        };
    node.add(node.loops(kernel).rows(node.kernels(), "gather", node.name(), space, 1, body));
  }

  static void scatter(NodeLowering node) {
    boolean add = node.text("reduction").equals("add");
    // Sums of several updates are rounded to 16 bits once.
    Operand x = add ? node.widened(0) : node.in(0);
    Operand indices = node.in(1);
    Operand updates = add ? node.widened(2) : node.in(2);
    Operand to = add ? node.wideOut(0) : node.out(0);
    long[] all = {x.elements()};
    Copy.add(node, all, Copy.Walk.dense(x.as(all)), Copy.Walk.dense(to.as(all)));
    if (updates.elements() > 0) {
      scatter(node, add, NodeLowering.axis(node.integer("axis"), x), indices, updates, to);
    }
    node.narrow(0, to);
  }

  /**
   * One work-item per line along the axis: updates of one element are carried out in their order.
   */
  private static void scatter(
      NodeLowering node, boolean add, int axis, Operand indices, Operand updates, Operand to) {
    long[] space = updates.extents();
    long[] own = Operand.strides(space);
    long[] strides = Operand.strides(to.extents());
    List<Long> lines = new ArrayList<>();
    List<Long> from = new ArrayList<>();
    List<Long> into = new ArrayList<>();
    for (int i = 0; i < space.length; i++) {
      if (i != axis) {
        lines.add(space[i]);
        from.add(own[i]);
        into.add(strides[i]);
      }
    }
    long[] extents = array(lines);
    long count = updates.elements() / space[axis];
    KernelText kernel = new KernelText();
    String at = kernel.read(indices);
    String values = add ? kernel.read(updates) : kernel.readBits(updates);
    String out = add ? kernel.write(to) : kernel.writeBits(to);
    Loops.Flat loop = node.loops(kernel).flat(count, space[axis] * 4);
    List<String> coordinates = Space.coordinates(extents, "i");
    String target = "%s[line + chosen * %d]".formatted(out, strides[axis]);
    kernel.add(
        """
            const ulong source = %1$s;
            const ulong line = %2$s;
            for (ulong j = 0; j < %3$d; j++) {
              const ulong update = source + j * %4$d;
              const long index = %5$s[update];
              const long chosen = index < 0 ? index + %6$d : index;
              if (chosen >= 0 && chosen < %6$d) {
                %7$s
              }
            }
        """
            .formatted(
                Space.at(array(from), coordinates),
                Space.at(array(into), coordinates),
                space[axis],
                own[axis],
                at,
                to.extent(axis),
                add
                    ? target + " = " + sum(to.dtype(), target, values + "[update]") + ";"
                    : target + " = " + values + "[update];"));
    node.add(loop.launch(node.kernels(), "scatter", node.name()));
  }

  private static String sum(DType dtype, String x, String y) {
    if (dtype.isFloat()) {
      return x + " + " + y;
    }
    String wide = "(" + Types.unsigned(dtype) + ")";
    return "(" + Types.storage(dtype) + ")(" + wide + x + " + " + wide + y + ")";
  }

  private static long[] array(List<Long> list) {
    return list.stream().mapToLong(Long::longValue).toArray();
  }

  static void iota(NodeLowering node) {
    Operand to = node.out(0);
    if (to.elements() == 0) {
      return;
    }
    DType dtype = to.dtype();
    int axis = NodeLowering.axis(node.integer("axis"), to);
    long stride = Operand.strides(to.extents())[axis];
    KernelText kernel = new KernelText();
    String out = kernel.write(to);
    Loops.Flat loop = node.loops(kernel).flat(to.elements(), 4);
    kernel.add("    const long value = (long)(i / %d %% %d);".formatted(stride, to.extent(axis)));
    StringBuilder text = kernel.body();
    Expr number = new Expr.Anchor(DType.I64);
    Expr cast = new Expr.Apply(dtype, "cast/1", List.of(number));
    ExprWriter writer = new ExprWriter(text, "    ", 1, leaf -> "", "value");
    String value = writer.value(cast);
    kernel.add("    " + Types.store(dtype, out, "i", value));
    node.add(loop.launch(node.kernels(), "iota", node.name()));
  }
}
