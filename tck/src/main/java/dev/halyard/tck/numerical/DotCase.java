package dev.halyard.tck.numerical;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.spi.Attributes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Dot products whose exact results are known: a matmul, conv, sum or window sum.
 *
 * @param test the graph, whose only output is {@code y}
 * @param terms how many products each element sums: KS of the rule
 * @param exact the sum of each element, in double precision
 * @param magnitudes the sum of the products' magnitudes: bnd of the rule
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and too many elements for a list
record DotCase(TestCase test, long terms, double[] exact, double[] magnitudes) {
  /** Draws a value: whether of the left operand, and the position along the sum. */
  @FunctionalInterface
  interface Fill {
    double value(boolean left, long k);
  }

  /**
   * {@return a product of matrices}
   *
   * @param dtype of the operands
   * @param to of the result
   * @param constant whether the right operand is a constant, as weights are
   * @param fill draws the operands
   */
  static DotCase matmul(
      DType dtype, DType to, long batch, int m, int k, int n, boolean constant, Fill fill) {
    Tensor a = filled(dtype, i -> fill.value(true, i % Math.max(1, k)), batch, m, k);
    Tensor b = filled(dtype, i -> fill.value(false, i / n % Math.max(1, k)), batch, k, n);
    Graph graph =
        Graph.of(
            "matmul",
            g -> {
              Value left = g.input("a", dtype, batch, m, k);
              Value right = constant ? g.constant(b) : g.input("b", dtype, batch, k, n);
              g.output("y", left.matmul(right, to));
            });
    double[] x = a.toDoubles();
    double[] y = b.toDoubles();
    double[] exact = new double[Math.toIntExact(batch * m * n)];
    double[] magnitudes = new double[exact.length];
    for (int row = 0; row < batch * m; row++) {
      for (int i = 0; i < k; i++) {
        double left = x[row * k + i];
        int from = (row / m * k + i) * n;
        for (int column = 0; column < n; column++) {
          double product = left * y[from + column];
          exact[row * n + column] += product;
          magnitudes[row * n + column] += Math.abs(product);
        }
      }
    }
    String name = (constant ? "constant " : "") + batch + "x" + m + "x" + k + "x" + n;
    return of(name, graph, constant ? Map.of("a", a) : both("a", a, "b", b), k, exact, magnitudes);
  }

  /** The extents of a two-dimensional convolution. */
  record Conv(
      int batch,
      int groups,
      int in,
      int out,
      int size,
      int window,
      int stride,
      int dilation,
      int padLow,
      int padHigh) {
    int result() {
      return (size + padLow + padHigh - dilation * (window - 1) - 1) / stride + 1;
    }

    int terms() {
      return in * window * window;
    }

    long[] input() {
      return new long[] {batch, (long) groups * in, size, size};
    }

    long[] weights() {
      return new long[] {(long) groups * out, in, window, window};
    }

    /**
     * {@return the index of the element of x that is the k-th factor of a result; -1 in padding}
     */
    int from(int item, int channel, int row, int column, int k) {
      int i = row * stride + k / window % window * dilation - padLow;
      int j = column * stride + k % window * dilation - padLow;
      boolean inside = i >= 0 && i < size && j >= 0 && j < size;
      int plane = (item * groups + channel / out) * in + k / (window * window);
      return inside ? (plane * size + i) * size + j : -1;
    }

    /** {@return what conv/1 and what is made of it are told, but for the dtype of the result} */
    Attributes attributes() {
      return Attributes.none()
          .with("strides", twice(stride))
          .with("dilations", twice(dilation))
          .with("input_dilations", twice(1))
          .with("pad_low", twice(padLow))
          .with("pad_high", twice(padHigh))
          .with("groups", (long) groups);
    }

    @Override
    public String toString() {
      return batch
          + "x"
          + groups * in
          + "x"
          + size
          + " w"
          + window
          + " o"
          + groups * out
          + " g"
          + groups
          + " s"
          + stride
          + " d"
          + dilation
          + " p"
          + padLow
          + ","
          + padHigh;
    }
  }

  /**
   * {@return a convolution}
   *
   * @param dtype of the operands
   * @param to of the result
   * @param c its extents; {@code in} and {@code out} are channels per group
   * @param fill draws the operands, by the channel: an element of x meets every place of a window,
   *     so that only channels can be told apart on both sides
   */
  static DotCase conv(DType dtype, DType to, Conv c, Fill fill) {
    int area = c.window * c.window;
    long plane = (long) c.size * c.size;
    Tensor x = filled(dtype, i -> fill.value(true, i / plane % c.in * area), c.input());
    Tensor w = filled(dtype, i -> fill.value(false, i % c.terms() / area * area), c.weights());
    Attributes attributes = c.attributes().with("to", to);
    Graph graph =
        Graph.of(
            "conv",
            g ->
                g.output(
                    "y",
                    g.op(
                            "conv/1",
                            attributes,
                            g.input("x", dtype, x.shape()),
                            g.input("w", dtype, w.shape()))
                        .getFirst()));
    int result = c.result();
    double[] exact = new double[c.batch * c.groups * c.out * result * result];
    double[] magnitudes = new double[exact.length];
    double[] xs = x.toDoubles();
    double[] ws = w.toDoubles();
    for (int at = 0; at < exact.length; at++) {
      int column = at % result;
      int row = at / result % result;
      int channel = at / (result * result) % (c.groups * c.out);
      int item = at / (result * result * c.groups * c.out);
      for (int k = 0; k < c.terms(); k++) {
        int from = c.from(item, channel, row, column, k);
        if (from >= 0) {
          double product = xs[from] * ws[channel * c.terms() + k];
          exact[at] += product;
          magnitudes[at] += Math.abs(product);
        }
      }
    }
    return of(c.toString(), graph, both("x", x, "w", w), c.terms(), exact, magnitudes);
  }

  /**
   * {@return sums along the inner or the outer axis}
   *
   * @param dtype of the operand and result
   * @param inner whether the innermost axis is summed
   * @param fill draws the operand
   */
  static DotCase sum(DType dtype, int sums, int terms, boolean inner, Fill fill) {
    long[] shape = inner ? new long[] {sums, terms} : new long[] {terms, sums};
    Tensor x = filled(dtype, i -> fill.value(true, inner ? i % terms : i / sums), shape);
    Graph graph =
        Graph.of(
            "sum", g -> g.output("y", g.input("x", dtype, shape).reduceSum(false, inner ? 1 : 0)));
    double[] values = x.toDoubles();
    double[] exact = new double[sums];
    double[] magnitudes = new double[sums];
    for (int i = 0; i < values.length; i++) {
      int at = inner ? i / terms : i % sums;
      exact[at] += values[i];
      magnitudes[at] += Math.abs(values[i]);
    }
    String name = (inner ? "inner " : "outer ") + sums + "x" + terms;
    return of(name, graph, Map.of("x", x), terms, exact, magnitudes);
  }

  /**
   * {@return sums within a window of two axes}
   *
   * @param dtype of the operand and result
   * @param fill draws the operand
   */
  static DotCase windowSum(DType dtype, int size, int window, Fill fill) {
    // Each window meets every remainder of rows and columns once.
    Tensor x =
        filled(
            dtype,
            i -> fill.value(true, i / size % window * window + i % size % window),
            size,
            size);
    int result = size - window + 1;
    Attributes attributes =
        Attributes.none()
            .with("window", twice(window))
            .with("strides", twice(1))
            .with("dilations", twice(1))
            .with("pad_low", twice(0))
            .with("pad_high", twice(0));
    Graph graph =
        Graph.of(
            "window_sum",
            g ->
                g.output(
                    "y",
                    g.op("window_sum/1", attributes, g.input("x", dtype, size, size)).getFirst()));
    double[] values = x.toDoubles();
    double[] exact = new double[result * result];
    double[] magnitudes = new double[exact.length];
    for (int at = 0; at < exact.length; at++) {
      for (int k = 0; k < window * window; k++) {
        int from = (at / result + k / window) * size + at % result + k % window;
        exact[at] += values[from];
        magnitudes[at] += Math.abs(values[from]);
      }
    }
    String name = size + " w" + window;
    return of(name, graph, Map.of("x", x), (long) window * window, exact, magnitudes);
  }

  private static DotCase of(
      String name,
      Graph graph,
      Map<String, Tensor> inputs,
      long terms,
      double[] exact,
      double[] magnitudes) {
    long flops = 2 * terms * exact.length;
    return new DotCase(new TestCase(name, graph, inputs, flops), terms, exact, magnitudes);
  }

  private static Map<String, Tensor> both(String one, Tensor first, String other, Tensor second) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    inputs.put(one, first);
    inputs.put(other, second);
    return inputs;
  }

  private static long[] twice(long value) {
    return new long[] {value, value};
  }

  @FunctionalInterface
  private interface Element {
    double at(long index);
  }

  private static Tensor filled(DType dtype, Element element, long... shape) {
    Tensor tensor = TensorArena.ofAuto().allocate(dtype, shape);
    for (long i = 0; i < tensor.elements(); i++) {
      if (dtype.isFloat()) {
        tensor.setDouble(i, element.at(i));
      } else {
        tensor.setLong(i, (long) element.at(i));
      }
    }
    return tensor;
  }

  /** {@return the coordinates of an element, for messages} */
  static String place(Tensor output, int index) {
    long[] shape = output.shape();
    StringBuilder place = new StringBuilder();
    long rest = index;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      place.insert(0, (axis == 0 ? "[" : ", ") + rest % shape[axis]);
      rest /= shape[axis];
    }
    return place.append(']').toString();
  }

  /**
   * {@return the output among those of a run}
   *
   * @param outputs by name
   */
  static Tensor output(Map<String, Tensor> outputs) {
    return Objects.requireNonNull(outputs.get("y"));
  }
}
