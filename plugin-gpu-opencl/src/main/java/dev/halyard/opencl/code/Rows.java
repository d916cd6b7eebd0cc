package dev.halyard.opencl.code;

import dev.halyard.DType;
import java.util.function.BiFunction;

/**
 * Softmax and normalisations, each in one kernel: a row belongs to one work-item, or to a group on
 * a GPU.
 */
final class Rows {
  private final NodeLowering node;
  private final KernelText kernel = new KernelText();
  private final boolean groups;
  private final Operand x;
  private final Operand to;
  private final long length;
  private final int width;
  private final String in;
  private final String out;

  private Rows(NodeLowering node, long length) {
    this.node = node;
    this.length = length;
    groups = node.device().family() == DeviceModel.Family.GPU;
    x = node.in(0);
    to = node.out(0);
    width = groups ? 1 : Loops.width(node.device(), length);
    in = kernel.read(x);
    out = kernel.write(to);
  }

  static void lower(NodeLowering node) {
    Operand x = node.in(0);
    if (x.elements() == 0) {
      node.out(0);
      return;
    }
    switch (node.node().op()) {
      case "halyard.softmax/1" -> new Rows(node, x.extent(-1)).softmax();
      case "halyard.log_softmax/1" -> new Rows(node, x.extent(-1)).logSoftmax();
      case "halyard.layer_norm/1" -> new Rows(node, normalized(node, x)).layerNorm();
      case "halyard.rms_norm/1" -> new Rows(node, normalized(node, x)).rmsNorm();
      default -> throw new IllegalStateException("no kernel for " + node.node().op());
    }
  }

  /** {@return the number of elements from the axis of a normalisation on} */
  private static long normalized(NodeLowering node, Operand x) {
    long length = 1;
    for (int i = NodeLowering.axis(node.integer("axis"), x); i < x.rank(); i++) {
      length *= x.extent(i);
    }
    return length;
  }

  private void softmax() {
    Loops.Flat loop = open();
    reduce("greatest", "reduce_max/1", this::element);
    reduce("sum", "reduce_sum/1", (wide, j) -> "exp(" + element(wide, j) + " - greatest)");
    each((wide, j) -> "exp(" + element(wide, j) + " - greatest) / sum");
    close(loop);
  }

  private void logSoftmax() {
    Loops.Flat loop = open();
    reduce("greatest", "reduce_max/1", this::element);
    reduce("sum", "reduce_sum/1", (wide, j) -> "exp(" + element(wide, j) + " - greatest)");
    kernel.add("    const float rest = log(sum);");
    each((wide, j) -> element(wide, j) + " - greatest - rest");
    close(loop);
  }

  private void layerNorm() {
    Operand scale = node.in(1);
    Operand bias = node.in(2);
    String scales = kernel.read(scale);
    String biases = kernel.read(bias);
    Loops.Flat loop = open();
    reduce("sum", "reduce_sum/1", this::element);
    kernel.add("    const float mean = sum / %s;".formatted(number((double) length)));
    reduce(
        "squares",
        "reduce_sum/1",
        (wide, j) -> "(%1$s - mean) * (%1$s - mean)".formatted(element(wide, j)));
    inverseRoot("squares");
    each(
        (wide, j) ->
            "(%s - mean) * factor * %s + %s"
                .formatted(
                    element(wide, j),
                    load(scale.dtype(), wide, scales, j),
                    load(bias.dtype(), wide, biases, j)));
    close(loop);
  }

  private void rmsNorm() {
    Operand scale = node.in(1);
    String scales = kernel.read(scale);
    Loops.Flat loop = open();
    reduce("squares", "reduce_sum/1", (wide, j) -> "%1$s * %1$s".formatted(element(wide, j)));
    inverseRoot("squares");
    each(
        (wide, j) ->
            "%s * factor * %s".formatted(element(wide, j), load(scale.dtype(), wide, scales, j)));
    close(loop);
  }

  private void inverseRoot(String sum) {
    String epsilon = number(node.node().attributes().number("epsilon"));
    kernel.add(
        "    const float factor = 1.0f / sqrt(%s / %s + %s);"
            .formatted(sum, number((double) length), epsilon));
  }

  private static String number(double value) {
    return Types.literal(DType.F32, value, 0);
  }

  private Loops.Flat open() {
    long rows = x.elements() / length;
    if (groups) {
      kernel.add("    const ulong i = get_group_id(0);");
      kernel.add("    const uint own = get_local_id(0);");
    }
    Loops.Flat loop =
        groups ? node.loops(kernel).group(rows) : node.loops(kernel).flat(rows, length * 8);
    kernel.add("    const ulong base = (ulong)i * %d;".formatted(length));
    return loop;
  }

  private void close(Loops.Flat loop) {
    String op = node.node().op();
    String base = op.substring(op.indexOf('.') + 1, op.indexOf('/'));
    node.add(loop.launch(node.kernels(), base, node.name() + ": " + op));
  }

  private String element(int wide, String j) {
    return load(x.dtype(), wide, in, "base + " + j);
  }

  private static String load(DType dtype, int wide, String pointer, String index) {
    return wide == 1
        ? Types.load(dtype, pointer, "(" + index + ")")
        : Types.loadVector(dtype, wide, pointer, index);
  }

  /** Declares a variable that joins a term of every element of the row. */
  private void reduce(String name, String reduction, BiFunction<Integer, String, String> term) {
    Accumulator accumulator = Accumulator.of(reduction, DType.F32);
    kernel.add("    float %s = %s;".formatted(name, accumulator.initial(1)));
    if (width > 1) {
      String wide = name + "_parts";
      kernel.add("    float%d %s = %s;".formatted(width, wide, accumulator.initial(width)));
      kernel.add("    for (uint j = 0; j + %1$d <= %2$d; j += %1$d) {".formatted(width, length));
      kernel.add("      const float%d term = %s;".formatted(width, term.apply(width, "j")));
      kernel.add("      %s = %s;\n    }".formatted(wide, accumulator.join(width, wide, "term")));
      kernel.add("    float %s_each[%d];".formatted(name, width));
      kernel.add("    vstore%d(%s, 0, %s_each);".formatted(width, wide, name));
      String joined = accumulator.join(1, name, name + "_each[p]");
      kernel.add("    for (uint p = 0; p < %d; p++) {".formatted(width));
      kernel.add("      %s = %s;\n    }".formatted(name, joined));
    }
    long first = width == 1 ? 0 : length / width * width;
    if (first < length) {
      kernel.add(scalarLoop(first));
      kernel.add("      const float term = %s;".formatted(term.apply(1, "j")));
      kernel.add("      %s = %s;\n    }".formatted(name, accumulator.join(1, name, "term")));
    }
    if (groups) {
      kernel.add(Reduce.groupSum(accumulator, name, name + "_shared"));
      kernel.add("    %s = %s_shared[0];".formatted(name, name));
    }
  }

  private String scalarLoop(long first) {
    return groups
        ? "    for (uint j = own; j < %d; j += %d) {".formatted(length, Loops.GROUP)
        : "    for (uint j = %d; j < %d; j++) {".formatted(first, length);
  }

  /** Stores a result for every element of the row. */
  private void each(BiFunction<Integer, String, String> result) {
    if (width > 1) {
      kernel.add("    for (uint j = 0; j + %1$d <= %2$d; j += %1$d) {".formatted(width, length));
      kernel.add("      const float%d y = %s;".formatted(width, result.apply(width, "j")));
      kernel.add("      " + Types.storeVector(to.dtype(), width, out, "base + j", "y"));
      kernel.add("    }");
    }
    long first = width == 1 ? 0 : length / width * width;
    if (first < length) {
      kernel.add(scalarLoop(first));
      kernel.add("      const float y = %s;".formatted(result.apply(1, "j")));
      kernel.add("      " + Types.store(to.dtype(), out, "(base + j)", "y"));
      kernel.add("    }");
    }
  }
}
