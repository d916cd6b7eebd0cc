package dev.halyard.cpu;

import dev.halyard.Shape;
import java.util.Arrays;

/** The extents of a convolution, and which element of the input meets which of the window. */
final class ConvShape {
  final long images;
  final int groups;
  final long channels;
  final long outputs;
  final long[] in;
  final long[] window;
  final long[] out;
  final int pixels;
  final long windowSize;
  private final long inPixels;
  private final boolean pointwise;
  // Per axis: for element w of the window and position o of the output, at [w * out + o], the
  // position in the input, or -1 in padding or between elements.
  private final int[][] sources;

  private ConvShape(NodeLowering node, Operand x, Operand weights, Operand y) {
    groups = Math.toIntExact(node.integer("groups"));
    images = x.extent(0);
    channels = x.extent(1) / groups;
    outputs = y.extent(1) / groups;
    in = Arrays.copyOfRange(x.extents(), 2, x.rank());
    window = Arrays.copyOfRange(weights.extents(), 2, weights.rank());
    out = Arrays.copyOfRange(y.extents(), 2, y.rank());
    pixels = Math.toIntExact(Shape.elements(out));
    inPixels = Shape.elements(in);
    windowSize = Shape.elements(window);
    sources = new int[in.length][];
    long[] strides = node.integers("strides");
    long[] dilations = node.integers("dilations");
    long[] spread = node.integers("input_dilations");
    long[] low = node.integers("pad_low");
    boolean same = windowSize == 1;
    for (int axis = 0; axis < in.length; axis++) {
      sources[axis] = table(axis, strides[axis], dilations[axis], spread[axis], low[axis]);
      same &= out[axis] == in[axis] && strides[axis] == 1 && spread[axis] == 1 && low[axis] == 0;
    }
    pointwise = same;
  }

  static ConvShape of(NodeLowering node, Operand x, Operand weights, Operand y) {
    return new ConvShape(node, x, weights, y);
  }

  private int[] table(int axis, long stride, long dilation, long spread, long low) {
    int extent = Math.toIntExact(out[axis]);
    int[] table = new int[Math.toIntExact(window[axis]) * extent];
    for (int w = 0; w < window[axis]; w++) {
      for (int o = 0; o < extent; o++) {
        long position = o * stride + w * dilation - low;
        boolean inside = position >= 0 && position % spread == 0 && position / spread < in[axis];
        table[w * extent + o] = inside ? Math.toIntExact(position / spread) : -1;
      }
    }
    return table;
  }

  /** {@return whether the output's pixels are the input's, weighted} */
  boolean isPointwise() {
    return pointwise;
  }

  /** {@return the number of products per output element} */
  int products() {
    return Math.toIntExact(channels * windowSize);
  }

  long inPixels() {
    return inPixels;
  }

  /** {@return the length of the innermost axis of the output} */
  int rowLength() {
    return Math.toIntExact(out[out.length - 1]);
  }

  /**
   * {@return the input pixel where the row begins that meets an element of the window in a row of
   * the output, or -1 if all of it is padding}
   */
  long sourceRow(long windowElement, long outRow) {
    long element = windowElement / window[window.length - 1];
    long row = outRow;
    long at = 0;
    long step = in[in.length - 1];
    for (int axis = in.length - 2; axis >= 0; axis--) {
      long w = element % window[axis];
      long o = row % out[axis];
      int source = sources[axis][(int) (w * out[axis] + o)];
      if (source < 0) {
        return -1;
      }
      at += source * step;
      step *= in[axis];
      element /= window[axis];
      row /= out[axis];
    }
    return at;
  }

  /** {@return the table of the innermost axis, and where an element of the window begins in it} */
  int[] innerSources() {
    return sources[sources.length - 1];
  }

  int innerStart(long windowElement) {
    return (int) (windowElement % window[window.length - 1]) * rowLength();
  }
}
