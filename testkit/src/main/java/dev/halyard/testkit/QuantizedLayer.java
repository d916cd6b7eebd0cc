package dev.halyard.testkit;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.spi.Attributes;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * A dense layer in integers, as accelerators without multipliers for scales have it: {@code
 * halyard.qmatmul/1} with constant weights, zero points of 0, rounding HALF_UP, and scales that
 * come to a power of two for each column,
 *
 * <pre>y[m][n] = saturate(floor((sum over k of x[m][k] * w[k][n] + bias[n]) / 2^shift[n] + 1/2))
 * </pre>
 *
 * <p>with a ReLU behind it, or none. Immutable: the methods named for a part give another layer.
 */
public final class QuantizedLayer {
  /** What makes negative results 0. */
  public enum Relu {
    /** Nothing. */
    NONE,
    /** {@code halyard.relu/1}. */
    RELU,
    /** {@code max/1} with 0. */
    MAX
  }

  private static final String OP = "halyard.qmatmul/1";

  private final Tensor weights;
  private final DType to;
  private final int[] shifts;
  private final long[] bias;
  private final double step;
  private final Relu relu;

  private QuantizedLayer(
      Tensor weights, DType to, int[] shifts, long[] bias, double step, Relu relu) {
    this.weights = weights;
    this.to = to;
    this.shifts = shifts;
    this.bias = bias;
    this.step = step;
    this.relu = relu;
  }

  /**
   * {@return a layer that neither shifts nor adds anything}
   *
   * @param weights I8 or I16 of shape [k, n]
   * @param to the element type of the results: I8 or I16
   */
  public static QuantizedLayer of(Tensor weights, DType to) {
    return new QuantizedLayer(weights, to, new int[1], new long[0], 0x1p-4, Relu.NONE);
  }

  /**
   * {@return a layer of random weights}
   *
   * @param random draws them
   * @param dtype their element type
   * @param most they are from {@code -most} to this
   * @param to the element type of the results
   * @param inputs the elements of a row of x
   * @param outputs the elements of a row of y
   */
  public static QuantizedLayer random(
      SplittableRandom random, DType dtype, int most, DType to, int inputs, int outputs) {
    Tensor weights = TensorArena.ofAuto().allocate(dtype, inputs, outputs);
    for (long i = 0; i < weights.elements(); i++) {
      weights.setLong(i, random.nextInt(-most, most + 1));
    }
    return of(weights, to);
  }

  /**
   * {@return this layer with results divided by powers of two}
   *
   * @param exponents one for all columns or one for each, from 0 on
   */
  public QuantizedLayer shift(int... exponents) {
    return new QuantizedLayer(weights, to, exponents.clone(), bias, step, relu);
  }

  /**
   * {@return this layer with numbers added to its sums}
   *
   * @param numbers one for each column, within I32
   */
  public QuantizedLayer bias(long... numbers) {
    return new QuantizedLayer(weights, to, shifts, numbers.clone(), step, relu);
  }

  /**
   * {@return this layer with random numbers added to its sums}
   *
   * @param random draws them
   * @param most they are from {@code -most} to this
   */
  public QuantizedLayer bias(SplittableRandom random, int most) {
    return bias(
        LongStream.generate(() -> random.nextInt(-most, most + 1)).limit(outputs()).toArray());
  }

  /**
   * {@return this layer with another scale of x and y, which the results do not depend on}
   *
   * @param scale a positive number of F32
   */
  public QuantizedLayer step(double scale) {
    return new QuantizedLayer(weights, to, shifts, bias, scale, relu);
  }

  /**
   * {@return this layer with something that makes its negative results 0}
   *
   * @param how what
   */
  public QuantizedLayer relu(Relu how) {
    return new QuantizedLayer(weights, to, shifts, bias, step, how);
  }

  /** {@return the elements of a row of x} */
  public int inputs() {
    return (int) weights.shape()[0];
  }

  /** {@return the elements of a row of y} */
  public int outputs() {
    return (int) weights.shape()[1];
  }

  /**
   * {@return the layer in a graph}
   *
   * @param graph the graph
   * @param x I8 or I16, of any shape of two axes or more whose last extent is {@link #inputs}
   */
  public Value apply(Graph.Builder graph, Value x) {
    List<Value> operands =
        new ArrayList<>(
            List.of(
                x,
                graph.scalar(DType.F32, step),
                graph.scalar(x.dtype(), 0),
                graph.constant(weights),
                graph.constant(scales()),
                graph.constant(zeros()),
                graph.scalar(DType.F32, step),
                graph.scalar(to, 0)));
    if (bias.length > 0) {
      boolean wide = x.dtype() == DType.I16 || weights.dtype() == DType.I16;
      operands.add(graph.constant(integers(wide ? DType.I64 : DType.I32, bias)));
    }
    Attributes attributes = Attributes.none().with("rounding", "HALF_UP").with("to", to);
    Value y = graph.op(OP, attributes, operands.toArray(Value[]::new)).getFirst();
    return switch (relu) {
      case NONE -> y;
      case RELU -> y.relu();
      case MAX -> y.max(0);
    };
  }

  private Tensor scales() {
    Tensor scales = TensorArena.ofAuto().allocate(DType.F32, perColumn());
    for (int i = 0; i < shifts.length; i++) {
      scales.setDouble(i, Math.scalb(1.0, -shifts[i]));
    }
    return scales;
  }

  private Tensor zeros() {
    return TensorArena.ofAuto().allocate(weights.dtype(), perColumn());
  }

  private long[] perColumn() {
    return shifts.length == 1 ? new long[0] : new long[] {shifts.length};
  }

  private static Tensor integers(DType dtype, long... values) {
    Tensor tensor = TensorArena.ofAuto().allocate(dtype, values.length);
    IntStream.range(0, values.length).forEach(i -> tensor.setLong(i, values[i]));
    return tensor;
  }

  /**
   * {@return the results, in 64-bit integers}
   *
   * @param x rows of {@link #inputs} elements
   */
  public long[] exact(long... x) {
    long[] y = sums(x);
    for (int i = 0; i < y.length; i++) {
      int shift = shift(i % outputs());
      long half = shift == 0 ? 0 : 1L << (shift - 1);
      long most = (1L << (8 * to.bytes() - 1)) - 1;
      y[i] = Math.clamp((y[i] + half) >> shift, relu == Relu.NONE ? -most - 1 : 0, most);
    }
    return y;
  }

  /**
   * {@return how many results rounding half up alone decides: those in the middle of two integers}
   *
   * @param x rows of {@link #inputs} elements
   */
  public long ties(long... x) {
    long[] sums = sums(x);
    return IntStream.range(0, sums.length)
        .filter(i -> isTie(sums[i], shift(i % outputs())))
        .count();
  }

  private static boolean isTie(long sum, int shift) {
    return shift > 0 && (sum & ((1L << shift) - 1)) == 1L << (shift - 1);
  }

  private int shift(int column) {
    return shifts.length == 1 ? shifts[0] : shifts[column];
  }

  private long[] sums(long... x) {
    int inputs = inputs();
    int outputs = outputs();
    long[] w = weights.toLongs();
    long[] sums = new long[x.length / inputs * outputs];
    for (int i = 0; i < sums.length; i++) {
      int row = i / outputs * inputs;
      int column = i % outputs;
      sums[i] = bias.length == 0 ? 0 : bias[column];
      for (int k = 0; k < inputs; k++) {
        sums[i] += x[row + k] * w[k * outputs + column];
      }
    }
    return sums;
  }
}
