package dev.halyard.examples.digits;

import static dev.halyard.DType.F32;

import dev.halyard.DType;
import dev.halyard.Dim;
import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.spi.Attributes;
import java.util.List;
import java.util.function.IntToLongFunction;

/**
 * The networks as graphs, from {@code pixels} of the shape [batch, 784] to {@code scores} of the
 * shape [batch, 10]; {@code batch} is a symbol. The highest score names the digit.
 */
public final class DigitGraphs {
  /** The symbol for how many digits there are in a run. */
  public static final String BATCH = "batch";

  /** The input. */
  public static final String PIXELS = "pixels";

  /** The output. */
  public static final String SCORES = "scores";

  private static final long MOST_DIGITS = 65_536;
  private static final String HALF_UP = "HALF_UP";

  private DigitGraphs() {}

  /**
   * {@return a network in floats}
   *
   * @param network its layers
   */
  public static Graph floats(Mlp network) {
    return Graph.of(
        "digits",
        g -> {
          List<FloatLayer> layers = network.layers();
          Value x = g.input(PIXELS, F32, batchOf(layers.getFirst().inputs()));
          for (FloatLayer layer : layers) {
            Value weights = g.constant(layer.weights(), layer.inputs(), layer.outputs());
            Value y = x.matmul(weights).add(g.constant(layer.bias()));
            x = layer == layers.getLast() ? y : y.relu();
          }
          g.output(SCORES, x);
        });
  }

  /**
   * {@return a network in integers, between one {@code quantize/1} and one {@code dequantize/1}}
   *
   * @param network its layers
   */
  public static Graph quantized(QuantizedMlp network) {
    return quantized(network, Dim.symbol(BATCH, 1, MOST_DIGITS));
  }

  /**
   * {@return a network in integers, as {@link #quantized(QuantizedMlp)} has it}
   *
   * @param network its layers
   * @param batch how many digits there are in a run: what is compiled for a number can say more of
   *     itself
   */
  public static Graph quantized(QuantizedMlp network, Dim batch) {
    return Graph.of(
        "digits quantised",
        g -> {
          QuantizedLayer first = network.layers().getFirst();
          QuantizedLayer last = network.layers().getLast();
          Value pixels = g.input(PIXELS, F32, Shape.of(batch, Dim.of(first.inputs())));
          Value x =
              pixels.quantize(scale(g, first.inputExponent()), g.scalar(DType.I8, 0), 0, HALF_UP);
          Value y = layers(g, network, x);
          g.output(
              SCORES,
              y.dequantize(scale(g, last.outputExponent()), g.scalar(last.outputType(), 0), 0));
        });
  }

  /**
   * {@return what is between the conversions of {@link #quantized}: pixels are I8, scores I16}
   *
   * @param network its layers
   */
  public static Graph integers(QuantizedMlp network) {
    return Graph.of(
        "digits in integers",
        g -> {
          Value x = g.input(PIXELS, DType.I8, batchOf(network.layers().getFirst().inputs()));
          g.output(SCORES, layers(g, network, x));
        });
  }

  private static Shape batchOf(int elements) {
    return Shape.of(Dim.symbol(BATCH, 1, MOST_DIGITS), Dim.of(elements));
  }

  private static Value layers(Graph.Builder g, QuantizedMlp network, Value x) {
    Value y = x;
    for (QuantizedLayer layer : network.layers()) {
      y = product(g, layer, y);
      y = layer == network.layers().getLast() ? y : y.relu();
    }
    return y;
  }

  private static Value product(Graph.Builder g, QuantizedLayer layer, Value x) {
    Attributes attributes =
        Attributes.none().with("rounding", HALF_UP).with("to", layer.outputType());
    return g.op(
            "halyard.qmatmul/1",
            attributes,
            x,
            scale(g, layer.inputExponent()),
            g.scalar(DType.I8, 0),
            g.constant(weights(layer)),
            g.constant(weightScales(layer)),
            g.constant(vector(DType.I8, layer.outputs(), n -> 0)),
            scale(g, layer.outputExponent()),
            g.scalar(layer.outputType(), 0),
            g.constant(vector(DType.I32, layer.outputs(), layer::bias)))
        .getFirst();
  }

  private static Value scale(Graph.Builder g, int exponent) {
    return g.scalar(F32, Math.scalb(1.0, -exponent));
  }

  private static Tensor weights(QuantizedLayer layer) {
    Tensor weights = TensorArena.ofAuto().allocate(DType.I8, layer.inputs(), layer.outputs());
    for (int i = 0; i < layer.inputs() * layer.outputs(); i++) {
      weights.setLong(i, layer.weight(i / layer.outputs(), i % layer.outputs()));
    }
    return weights;
  }

  private static Tensor weightScales(QuantizedLayer layer) {
    float[] scales = new float[layer.outputs()];
    for (int n = 0; n < scales.length; n++) {
      scales[n] = Math.scalb(1f, -layer.weightExponent(n));
    }
    return Tensor.of(scales);
  }

  private static Tensor vector(DType dtype, int elements, IntToLongFunction element) {
    Tensor vector = TensorArena.ofAuto().allocate(dtype, elements);
    for (int i = 0; i < elements; i++) {
      vector.setLong(i, element.applyAsLong(i));
    }
    return vector;
  }
}
