package dev.halyard.opencl.code;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Elements that only change their place. */
final class Copy {
  private Copy() {}

  /**
   * Where elements lie that are run through along the axes of a space.
   *
   * @param operand the tensor
   * @param first where the first element is, in elements
   * @param strides the distance of neighbours along each axis
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Walk(Operand operand, long first, long[] strides) {
    /** {@return all elements of an operand, in order} */
    static Walk dense(Operand operand) {
      return new Walk(operand, 0, Operand.strides(operand.extents()));
    }
  }

  static void reshape(NodeLowering node) {
    Operand from = node.in(0);
    Operand to = node.out(0);
    if (!from.where().equals(to.where())) {
      long[] all = {to.elements()};
      add(node, all, Walk.dense(from.as(all)), Walk.dense(to.as(all)));
    }
  }

  static void transpose(NodeLowering node) {
    Operand from = node.in(0);
    Operand to = node.out(0);
    long[] permutation = node.integers("permutation");
    long[] own = Operand.strides(from.extents());
    long[] strides = Arrays.stream(permutation).map(axis -> own[(int) axis]).toArray();
    add(node, to.extents(), new Walk(from, 0, strides), Walk.dense(to));
  }

  static void slice(NodeLowering node) {
    Operand from = node.in(0);
    Operand to = node.out(0);
    long[] start = node.lowering().extents(node.node().attributes().shape("start"));
    long[] steps = node.integers("strides");
    long[] own = Operand.strides(from.extents());
    long first = 0;
    long[] strides = new long[own.length];
    for (int i = 0; i < own.length; i++) {
      first += start[i] * own[i];
      strides[i] = steps[i] * own[i];
    }
    add(node, to.extents(), new Walk(from, first, strides), Walk.dense(to));
  }

  static void concat(NodeLowering node) {
    Operand to = node.out(0);
    int axis = NodeLowering.axis(node.integer("axis"), to);
    long[] strides = Operand.strides(to.extents());
    long at = 0;
    for (int i = 0; i < node.node().inputs().size(); i++) {
      Operand from = node.in(i);
      add(node, from.extents(), Walk.dense(from), new Walk(to, at * strides[axis], strides));
      at += from.extent(axis);
    }
  }

  static void pad(NodeLowering node) {
    Operand from = node.in(0);
    Operand value = node.in(1);
    Operand to = node.out(0);
    long[] all = {to.elements()};
    add(node, all, new Walk(value, 0, new long[] {0}), Walk.dense(to.as(all)));
    long[] low = node.integers("low");
    long[] high = node.integers("high");
    long[] own = Operand.strides(from.extents());
    long[] strides = Operand.strides(to.extents());
    long[] extents = from.extents().clone();
    long source = 0;
    long target = 0;
    for (int i = 0; i < extents.length; i++) {
      // Negative padding takes elements away.
      extents[i] += Math.min(0, low[i]) + Math.min(0, high[i]);
      source += Math.max(0, -low[i]) * own[i];
      target += Math.max(0, low[i]) * strides[i];
    }
    if (Arrays.stream(extents).allMatch(extent -> extent > 0)) {
      add(node, extents, new Walk(from, source, own), new Walk(to, target, strides));
    }
  }

  /** Adds the launch that copies the elements of a space. */
  static void add(NodeLowering node, long[] extents, Walk from, Walk to) {
    if (Arrays.stream(extents).anyMatch(extent -> extent == 0)) {
      return;
    }
    KernelText kernel = new KernelText();
    Space space = Space.of(extents, List.of(from.strides(), to.strides()));
    String in = kernel.readBits(from.operand());
    String out = kernel.writeBits(to.operand());
    String type =
        KernelText.index(Math.max(from.operand().elements(), to.operand().elements()) + 1);
    List<String> names = new ArrayList<>();
    Loops.Body body =
        new Loops.Body() {
          @Override
          public void row(String indent, List<String> coordinates) {
            names.add(declare(kernel, indent, type, from.first(), space.at(0, coordinates)));
            names.add(declare(kernel, indent, type, to.first(), space.at(1, coordinates)));
          }

          @Override
          public void element(String indent, int width, String inner) {
            String source = element(in, names.get(0), space.strides().get(0), inner);
            String target = element(out, names.get(1), space.strides().get(1), inner);
            kernel.add(indent + target + " = " + source + ";");
          }

          private String element(String pointer, String base, long[] strides, String inner) {
            long step = strides[space.rank() - 1];
            String product = "(%1$s)%2$s * (%1$s)(%3$d)".formatted(type, inner, step);
            String move = step == 1 ? inner : step == 0 ? "0" : product;
            return pointer + "[(" + type + ")(" + base + " + " + move + ")]";
          }
        };
    String what = node.name() + ": " + node.node().op();
    node.add(node.loops(kernel).rows(node.kernels(), "copy", what, space, 1, body));
  }

  private static String declare(
      KernelText kernel, String indent, String type, long first, String at) {
    String name = "at" + kernel.nextNumber();
    String text = first == 0 ? at : first + " + " + at;
    kernel.add(indent + "const " + type + " " + name + " = " + text + ";");
    return name;
  }
}
