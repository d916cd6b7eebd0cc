package dev.halyard.opencl.code;

import dev.halyard.DType;

/** Between floats and the integers that stand for them, in F64 as the operations define. */
final class Quantize {
  private Quantize() {}

  /** {@return which scale belongs to element i, as an expression} */
  private static String channel(NodeLowering node, Operand x, Operand scale) {
    if (scale.rank() == 0) {
      return "0";
    }
    int axis = NodeLowering.axis(node.integer("axis"), x);
    long stride = Math.max(1, Operand.strides(x.extents())[axis]);
    return "i / %d %% %d".formatted(stride, x.extent(axis));
  }

  static void quantize(NodeLowering node) {
    Operand x = node.in(0);
    Operand scale = node.in(1);
    Operand zero = node.in(2);
    Operand to = node.out(0);
    if (to.elements() == 0) {
      return;
    }
    KernelText kernel = new KernelText();
    String in = kernel.read(x);
    String scales = kernel.read(scale);
    String zeros = kernel.read(zero);
    String out = kernel.write(to);
    Loops.Flat loop = node.loops(kernel).flat(to.elements(), 8);
    kernel.add(
        """
            const ulong channel = %s;
            const double value = (double)%s / (double)%s;
            const long zero = %s[channel];
        """
            .formatted(
                channel(node, x, scale),
                Types.load(x.dtype(), in, "i"),
                Types.load(scale.dtype(), scales, "channel"),
                zeros));
    kernel.add("    " + store(out, to.dtype(), node.text("rounding")));
    node.add(loop.launch(node.kernels(), "quantize", node.name()));
  }

  /** {@return a statement that rounds {@code value}, adds {@code zero}, saturates and stores} */
  static String store(String out, DType to, String rounding) {
    String rounded = rounding.equals("HALF_UP") ? "floor(value + 0.5)" : "rint(value)";
    String type = Types.storage(to);
    return "%s[i] = isnan(value) ? (%s)zero : convert_%s_sat_rtz(%s + (double)zero);"
        .formatted(out, type, type, rounded);
  }

  static void dequantize(NodeLowering node) {
    Operand x = node.in(0);
    Operand scale = node.in(1);
    Operand zero = node.in(2);
    Operand to = node.out(0);
    if (to.elements() == 0) {
      return;
    }
    KernelText kernel = new KernelText();
    String in = kernel.read(x);
    String scales = kernel.read(scale);
    String zeros = kernel.read(zero);
    String out = kernel.write(to);
    Loops.Flat loop = node.loops(kernel).flat(to.elements(), 6);
    String product = "product";
    kernel.add(
        """
            const ulong channel = %s;
            const long difference = (long)%s[i] - (long)%s[channel];
            const double product = (double)difference * (double)%s;
        """
            .formatted(
                channel(node, x, scale), in, zeros, Types.load(scale.dtype(), scales, "channel")));
    String single =
        to.dtype() == DType.F64
            ? product
            : to.dtype() == DType.F32 ? "(float)product" : "hy_odd_double(product)";
    kernel.add("    " + Types.store(to.dtype(), out, "i", single));
    node.add(loop.launch(node.kernels(), "dequantize", node.name()));
  }
}
