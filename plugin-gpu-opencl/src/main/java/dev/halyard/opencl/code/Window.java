package dev.halyard.opencl.code;

import dev.halyard.DType;
import java.util.List;

/** Windows that slide over axes: one work-item computes an element of the result. */
final class Window {
  private Window() {}

  static void lower(NodeLowering node) {
    Operand x = node.in(0);
    Operand to = node.out(0);
    if (to.elements() == 0) {
      return;
    }
    boolean sum = node.node().op().equals("window_sum/1");
    DType dtype = x.dtype();
    Accumulator accumulator = Accumulator.of(sum ? "reduce_sum/1" : "reduce_max/1", dtype);
    long[] window = node.integers("window");
    KernelText kernel = new KernelText();
    String in = kernel.read(x);
    String out = kernel.write(to);
    long cost = 2;
    for (long extent : window) {
      cost *= Math.max(1, extent);
    }
    Loops.Flat loop = node.loops(kernel).flat(to.elements(), cost);
    List<String> coordinates = Space.coordinates(to.extents(), "i");
    kernel.add("    %s sum = %s;".formatted(accumulator.type(1), accumulator.initial(1)));
    String indent = open(node, kernel, x, coordinates, window);
    kernel.add(
        indent + "const %s x = %s;".formatted(accumulator.type(1), Types.load(dtype, in, "at")));
    kernel.add(indent + "sum = " + accumulator.join(1, "sum", "x") + ";");
    for (int i = 0; i < window.length; i++) {
      indent = indent.substring(2);
      kernel.add(indent + "}");
    }
    kernel.add("    " + Types.store(dtype, out, "i", "sum"));
    node.add(loop.launch(node.kernels(), "window", node.name() + ": " + node.node().op()));
  }

  /** Opens a loop per axis over the elements of the window that are no padding. */
  private static String open(
      NodeLowering node, KernelText kernel, Operand x, List<String> coordinates, long[] window) {
    long[] steps = node.integers("strides");
    long[] dilations = node.integers("dilations");
    long[] low = node.integers("pad_low");
    long[] strides = Operand.strides(x.extents());
    String indent = "    ";
    String at = "0";
    for (int i = 0; i < window.length; i++) {
      kernel.add(
          """
          %1$sfor (long w%2$d = 0; w%2$d < %3$d; w%2$d++) {
          %1$s  const long p%2$d = (long)%4$s * %5$d + w%2$d * %6$d - (%7$d);
          %1$s  if (p%2$d < 0 || p%2$d >= %8$d) {
          %1$s    continue;
          %1$s  }
          %1$s  const long at%2$d = %9$s + p%2$d * %10$d;
          """
              .formatted(
                  indent,
                  i,
                  window[i],
                  coordinates.get(i),
                  steps[i],
                  dilations[i],
                  low[i],
                  x.extent(i),
                  at,
                  strides[i]));
      at = "at" + i;
      indent += "  ";
    }
    kernel.add(indent + "const ulong at = " + (window.length == 0 ? "0" : "(ulong)" + at) + ";");
    return indent;
  }
}
