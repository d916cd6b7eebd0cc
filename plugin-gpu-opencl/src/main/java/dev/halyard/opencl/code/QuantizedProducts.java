package dev.halyard.opencl.code;

import dev.halyard.DType;
import dev.halyard.Shape;
import java.util.Arrays;
import java.util.List;

/** Products of quantised numbers: exact sums of integers, scaled once in F64. */
final class QuantizedProducts {
  private static final int A_SCALE = 1;
  private static final int A_ZERO = 2;
  private static final int B = 3;
  private static final int B_SCALE = 4;
  private static final int B_ZERO = 5;
  private static final int Y_SCALE = 6;
  private static final int Y_ZERO = 7;
  private static final int BIAS = 8;

  private QuantizedProducts() {}

  static void matmul(NodeLowering node) {
    Operand a = node.in(0);
    Operand b = node.in(B);
    Operand to = node.out(0);
    if (to.elements() == 0) {
      return;
    }
    long m = to.extent(-2);
    long n = to.extent(-1);
    long k = a.extent(-1);
    long[] batch = Arrays.copyOf(to.extents(), to.rank() - 2);
    List<String> coordinates = Space.coordinates(batch, "matrix");
    KernelText kernel = new KernelText();
    String left = kernel.read(a);
    String right = kernel.read(b);
    Loops.Flat loop = open(node, kernel, to, k * 2);
    kernel.add(
        """
            const ulong matrix = i / %1$d;
            const ulong column = i %% %2$d;
            const ulong left = %3$s + (ulong)(i / %2$d %% %4$d) * %5$d;
            const ulong right = %6$s + column;
            const ulong channel = column;
            const %7$s a_zero = %8$s;
            const %7$s b_zero = %9$s;
            %7$s sum = 0;
            for (ulong j = 0; j < %5$d; j++) {
              sum += (%7$s)((%7$s)%10$s[left + j] - a_zero)
                  * (%7$s)((%7$s)%11$s[right + j * %2$d] - b_zero);
            }
        """
            .formatted(
                m * n,
                n,
                Space.at(batchStrides(a, batch), coordinates),
                m,
                k,
                Space.at(batchStrides(b, batch), coordinates),
                sumType(a, b),
                one(node, kernel, A_ZERO),
                one(node, kernel, B_ZERO),
                left,
                right));
    finish(node, kernel, to);
    node.add(loop.launch(node.kernels(), "qmatmul", node.name() + ": " + node.node().op()));
  }

  /** {@return how far an operand moves along each axis of a batch that it is broadcast to} */
  private static long[] batchStrides(Operand operand, long[] batch) {
    long[] own = Arrays.copyOf(operand.extents(), operand.rank() - 2);
    long[] all = Operand.strides(operand.extents());
    long[] strides = new long[batch.length];
    for (int i = 0; i < own.length; i++) {
      strides[batch.length - own.length + i] = own[i] == 1 ? 0 : all[i];
    }
    return strides;
  }

  static void conv(NodeLowering node) {
    Operand a = node.in(0);
    Operand b = node.in(B);
    Operand to = node.out(0);
    if (to.elements() == 0) {
      return;
    }
    long[] pixels = Arrays.copyOfRange(to.extents(), 2, to.rank());
    long[] window = Arrays.copyOfRange(b.extents(), 2, b.rank());
    long count = Shape.elements(pixels);
    long size = Shape.elements(window);
    long channels = b.extent(1);
    KernelText kernel = new KernelText();
    String left = kernel.read(a);
    String right = kernel.read(b);
    Loops.Flat loop = open(node, kernel, to, channels * size * 8);
    String type = sumType(a, b);
    kernel.add(
        """
            const ulong pixel = i %% %1$d;
            const ulong channel = i / %1$d %% %2$d;
            const ulong image = i / %3$d;
            const %4$s a_zero = %5$s;
            const %4$s b_zero = %6$s;
            %4$s sum = 0;
            for (ulong c = 0; c < %7$d; c++) {
              const ulong plane = image * %8$d + channel / %9$d * %7$d + c;
              for (ulong element = 0; element < %10$d; element++) {
        """
            .formatted(
                count,
                to.extent(1),
                count * to.extent(1),
                type,
                one(node, kernel, A_ZERO),
                one(node, kernel, B_ZERO),
                channels,
                a.extent(1),
                to.extent(1) / node.integer("groups"),
                size));
    String indent =
        Conv.inside(node, kernel, "        ", a, window, pixels, "element", "pixel", "plane");
    kernel.add(
        """
        %1$ssum += (%2$s)((%2$s)%3$s[at] - a_zero)
        %1$s    * (%2$s)((%2$s)%4$s[(channel * %5$d + c) * %6$d + element] - b_zero);
                }
              }
            }
        """
            .formatted(indent, type, left, right, channels, size));
    finish(node, kernel, to);
    node.add(loop.launch(node.kernels(), "qconv", node.name() + ": " + node.node().op()));
  }

  private static Loops.Flat open(NodeLowering node, KernelText kernel, Operand to, long cost) {
    return node.loops(kernel).flat(to.elements(), Math.max(1, cost));
  }

  /** Unsigned, since sums wrap. */
  private static String sumType(Operand a, Operand b) {
    return a.dtype() == DType.I16 || b.dtype() == DType.I16 ? "ulong" : "uint";
  }

  /** {@return an expression for a parameter: one for all channels, or that of the channel} */
  private static String one(NodeLowering node, KernelText kernel, int index) {
    Operand operand = node.in(index);
    String pointer = kernel.read(operand);
    return Types.load(operand.dtype(), pointer, operand.elements() == 1 ? "0" : "channel");
  }

  private static void finish(NodeLowering node, KernelText kernel, Operand to) {
    boolean wide = sumType(node.in(0), node.in(B)).equals("ulong");
    if (node.node().inputs().size() > BIAS) {
      Operand bias = node.in(BIAS);
      kernel.add(
          "    sum += (%s)%s[channel];".formatted(wide ? "ulong" : "uint", kernel.read(bias)));
    }
    kernel.add(
        """
            const double value = (double)(%s)sum * ((double)%s * (double)%s / (double)%s);
            const long zero = %s;
        """
            .formatted(
                wide ? "long" : "int",
                one(node, kernel, A_SCALE),
                one(node, kernel, B_SCALE),
                one(node, kernel, Y_SCALE),
                one(node, kernel, Y_ZERO)));
    kernel.add("    " + Quantize.store(kernel.write(to), to.dtype(), node.text("rounding")));
  }
}
