package dev.halyard.opencl.code;

import dev.halyard.DType;
import dev.halyard.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Convolutions. In float the input under every pixel of the output is gathered into a matrix, which
 * the weights are multiplied with; other types, and groups of few channels, are computed element by
 * element.
 */
final class Conv {
  /** Groups with fewer products and outputs than this leave vectors of a product empty. */
  private static final long FEW = 4;

  private final NodeLowering node;
  private final Operand x;
  private final Operand weights;
  private final long[] extents;
  private final long images;
  private final long groups;
  private final long channels;
  private final long outputs;
  private final long[] window;
  private final long[] pixels;
  private final long[] in;

  private Conv(NodeLowering node) {
    this.node = node;
    x = node.in(0);
    weights = node.in(1);
    extents = node.resultExtents();
    images = extents[0];
    groups = node.integer("groups");
    channels = weights.extent(1);
    outputs = extents[1] / groups;
    window = Arrays.copyOfRange(weights.extents(), 2, weights.rank());
    pixels = Arrays.copyOfRange(extents, 2, extents.length);
    in = Arrays.copyOfRange(x.extents(), 2, x.rank());
  }

  static void lower(NodeLowering node) {
    Conv conv = new Conv(node);
    if (Shape.elements(conv.extents) == 0) {
      Matmul.alone(node);
      return;
    }
    boolean few = conv.outputs < FEW && conv.channels < FEW;
    if (Types.isFloat(conv.x.dtype()) && !few && conv.products() > 0 && conv.fits()) {
      conv.gathered();
    } else {
      conv.general();
    }
  }

  private long products() {
    return channels * Shape.elements(window);
  }

  /** {@return whether a block of memory can hold the input under every pixel} */
  private boolean fits() {
    double bytes =
        (double) images * groups * products() * Shape.elements(pixels) * DType.F32.bytes();
    return isPointwise() || bytes <= node.device().maxBlockBytes() / 2.0;
  }

  private void gathered() {
    Chain after = afterMatrices();
    List<long[]> strides = asMatrices(after).orElseThrow();
    Operand matrix = isPointwise() ? x : gather();
    long count = Shape.elements(pixels);
    long k = products();
    new Product(
            node,
            weights,
            new long[] {0, outputs * k},
            matrix,
            new long[] {groups * k * count, k * count},
            new long[] {images, groups},
            outputs,
            count,
            k,
            after,
            strides)
        .add();
  }

  /** {@return the chain that follows, or the store of the result if a chain can't follow} */
  private Chain afterMatrices() {
    Chain epilogue = node.region().epilogue(node.result());
    if (epilogue != null && asMatrices(epilogue).isPresent()) {
      node.region().made(epilogue);
      return epilogue;
    }
    node.region().drop();
    return Matmul.alone(node);
  }

  /**
   * {@return the strides of a chain along images, groups, channels of a group and pixels; empty if
   * it tells rows of pixels apart}
   */
  private Optional<List<long[]>> asMatrices(Chain chain) {
    List<long[]> all = new ArrayList<>();
    for (long[] strides : chain.strides()) {
      long[] spatial = Arrays.copyOfRange(strides, 2, strides.length);
      Space merged = Space.of(pixels, List.of(spatial));
      if (merged.rank() > 1) {
        return Optional.empty();
      }
      all.add(
          new long[] {
            strides[0], strides[1] * outputs, strides[1], merged.strides().getFirst()[0]
          });
    }
    return Optional.of(all);
  }

  private boolean isPointwise() {
    return Shape.elements(window) == 1
        && Arrays.equals(in, pixels)
        && Arrays.stream(node.integers("strides")).allMatch(stride -> stride == 1)
        && Arrays.stream(node.integers("input_dilations")).allMatch(spread -> spread == 1)
        && Arrays.stream(node.integers("pad_low")).allMatch(low -> low == 0);
  }

  /**
   * {@return a matrix per image and group: a row per channel and window element, in F32 or as
   * tensor cores take it}
   */
  private Operand gather() {
    long count = Shape.elements(pixels);
    long size = Shape.elements(window);
    long rows = images * groups * channels * size;
    boolean bits = TensorTile.takes(node.device(), x.dtype()) && weights.dtype() == x.dtype();
    Operand matrix = node.region().temporary(bits ? x.dtype() : DType.F32, rows, count);
    KernelText kernel = new KernelText();
    String source = bits ? kernel.readBits(x) : kernel.read(x);
    String out = bits ? kernel.writeBits(matrix) : kernel.write(matrix);
    Loops.Flat loop = node.loops(kernel).flat(matrix.elements(), 4);
    kernel.add("    const ulong pixel = i %% %d;".formatted(count));
    kernel.add("    const ulong element = i / %d %% %d;".formatted(count, size));
    kernel.add("    const ulong plane = i / %d;".formatted(count * size));
    kernel.add("    %s value = 0;".formatted(bits ? Types.bits(x.dtype()) : "float"));
    String indent = inside(kernel, "    ", "element", "pixel", "plane");
    String loaded = bits ? source + "[at]" : Types.load(x.dtype(), source, "at");
    kernel.add(indent + "value = " + loaded + ";");
    kernel.add("    }");
    kernel.add("    %s[i] = value;".formatted(out));
    node.add(loop.launch(node.kernels(), "gather", node.name() + ": input under each pixel"));
    return matrix;
  }

  private String inside(
      KernelText kernel, String indent, String element, String pixel, String plane) {
    return inside(node, kernel, indent, x, window, pixels, element, pixel, plane);
  }

  /**
   * Writes a block that is entered where an element of the window meets an element of the input,
   * which is then at {@code at}.
   *
   * @param node with the attributes of a convolution
   * @param kernel receives the statements
   * @param indent before each
   * @param x the input
   * @param window its extents
   * @param pixels the extents of the output after the channels
   * @param element the variable that counts the elements of the window
   * @param pixel the variable that counts the pixels
   * @param plane the variable that counts the planes of the input
   * @return the indentation inside of it
   */
  static String inside(
      NodeLowering node,
      KernelText kernel,
      String indent,
      Operand x,
      long[] window,
      long[] pixels,
      String element,
      String pixel,
      String plane) {
    long[] in = Arrays.copyOfRange(x.extents(), 2, x.rank());
    List<String> w = Space.coordinates(window, element);
    List<String> p = Space.coordinates(pixels, pixel);
    long[] strides = node.integers("strides");
    long[] dilations = node.integers("dilations");
    long[] spread = node.integers("input_dilations");
    long[] low = node.integers("pad_low");
    StringBuilder condition = new StringBuilder("true");
    StringBuilder at = new StringBuilder("(long)" + plane);
    for (int i = 0; i < in.length; i++) {
      kernel.add(
          "%sconst long p%d = (long)%s * %d + (long)%s * %d - (%d);"
              .formatted(indent, i, p.get(i), strides[i], w.get(i), dilations[i], low[i]));
      condition.append(" && p%d >= 0 && p%d < %d".formatted(i, i, in[i] * spread[i]));
      if (spread[i] != 1) {
        condition.append(" && p%d %% %d == 0".formatted(i, spread[i]));
      }
      at.insert(0, "(").append(") * %d + p%d / %d".formatted(in[i], i, spread[i]));
    }
    kernel.add(indent + "if (" + condition + ") {");
    kernel.add(indent + "  const ulong at = (ulong)(" + at + ");");
    return indent + "  ";
  }

  /** Any type, element by element. */
  private void general() {
    Chain after = Matmul.after(node);
    KernelText kernel = new KernelText();
    String source = kernel.read(x);
    String factors = kernel.read(weights);
    long count = Shape.elements(pixels);
    long size = Shape.elements(window);
    Sum sum = Sum.of(x.dtype(), node.result().dtype());
    Loops.Flat loop = node.loops(kernel).flat(Shape.elements(extents), products() * 8 + 1);
    kernel.add(
        """
            const ulong pixel = i %% %1$d;
            const ulong output = i / %1$d %% %2$d;
            const ulong image = i / %3$d;
            %4$s sum = 0;
            for (ulong channel = 0; channel < %5$d; channel++) {
              const ulong plane = image * %6$d + output / %7$d * %5$d + channel;
              for (ulong element = 0; element < %8$d; element++) {
        """
            .formatted(
                count,
                extents[1],
                count * extents[1],
                sum.type(),
                channels,
                x.extent(1),
                outputs,
                size));
    String indent = inside(kernel, "        ", "element", "pixel", "plane");
    String weight = "((output * %d + channel) * %d + element)".formatted(channels, size);
    kernel.add(
        "%ssum += %s * %s;"
            .formatted(
                indent,
                sum.widen(Types.load(x.dtype(), source, "at")),
                sum.widen(Types.load(weights.dtype(), factors, weight))));
    kernel.add("        }\n      }\n    }");
    List<String> coordinates = new ArrayList<>(List.of("image", "output"));
    coordinates.addAll(Space.coordinates(pixels, "pixel"));
    List<String> bases = new ArrayList<>();
    List<Long> steps = new ArrayList<>();
    for (long[] strides : after.strides()) {
      bases.add(Space.at(strides, coordinates));
      steps.add(0L);
    }
    after
        .place(kernel, "    ", bases, steps)
        .body(kernel.body(), "    ", 1, "0", sum.narrow("sum"));
    node.add(loop.launch(node.kernels(), "conv", node.name() + ": conv by element"));
  }
}
