package dev.halyard.examples.digits;

import dev.halyard.DType;

/**
 * A dense layer of integers, with a scale of a power of two for x, for y and for the weights of
 * each output.
 *
 * <pre>
 * sum[n] = bias[n] + the sum over k of x[k] * weight[k][n]
 * y[n]   = saturate(floor(sum[n] / 2^shift[n] + 1/2))
 * </pre>
 *
 * <p>An integer q of exponent e stands for the number {@code q * 2^-e}. Weights and x are I8, y is
 * I8 or I16. Immutable.
 */
public final class QuantizedLayer {
  /** Finer steps would gain nothing, and could lead to biases beyond what sums of I32 allow. */
  private static final int FINEST_WEIGHTS = 14;

  private final FloatLayer layer;
  private final int inputExponent;
  private final int outputExponent;
  private final DType outputType;
  private final int[] weightExponents;

  private QuantizedLayer(
      FloatLayer layer,
      int inputExponent,
      int outputExponent,
      DType outputType,
      int[] weightExponents) {
    this.layer = layer;
    this.inputExponent = inputExponent;
    this.outputExponent = outputExponent;
    this.outputType = outputType;
    this.weightExponents = weightExponents;
  }

  /**
   * Quantises a layer. Weights are as fine as the largest of their output allows, and y as fine as
   * the largest that training saw, but no finer than the sums.
   *
   * @param layer what to quantise
   * @param inputExponent of x
   * @param outputType I8 or I16
   */
  static QuantizedLayer of(FloatLayer layer, int inputExponent, DType outputType) {
    int[] weightExponents = new int[layer.outputs()];
    int largest = outputType == DType.I8 ? Byte.MAX_VALUE : Short.MAX_VALUE;
    int outputExponent = finest(layer.largest(), largest);
    for (int n = 0; n < weightExponents.length; n++) {
      weightExponents[n] = Math.min(FINEST_WEIGHTS, finest(largestWeight(layer, n), 127));
      outputExponent = Math.min(outputExponent, weightExponents[n] + inputExponent);
    }
    return new QuantizedLayer(layer, inputExponent, outputExponent, outputType, weightExponents);
  }

  private static float largestWeight(FloatLayer layer, int output) {
    float largest = 0;
    for (int k = 0; k < layer.inputs(); k++) {
      largest = Math.max(largest, Math.abs(layer.weight(k, output)));
    }
    return largest;
  }

  /** {@return the greatest exponent with which a number does not exceed an integer} */
  static int finest(double number, int integer) {
    int exponent = Math.getExponent((double) integer) - Math.getExponent(number);
    return quantized(number, exponent) > integer ? exponent - 1 : exponent;
  }

  /** {@return the nearest integer that stands for a number, halves rounded up} */
  static long quantized(double number, int exponent) {
    return (long) Math.floor(Math.scalb(number, exponent) + 0.5);
  }

  /** {@return the elements of x} */
  public int inputs() {
    return layer.inputs();
  }

  /** {@return the elements of y} */
  public int outputs() {
    return layer.outputs();
  }

  /** {@return the exponent of x} */
  public int inputExponent() {
    return inputExponent;
  }

  /** {@return the exponent of y} */
  public int outputExponent() {
    return outputExponent;
  }

  /** {@return the dtype of y, I8 or I16} */
  public DType outputType() {
    return outputType;
  }

  /**
   * {@return the exponent of the weights of an output}
   *
   * @param output the element of y
   */
  public int weightExponent(int output) {
    return weightExponents[output];
  }

  /**
   * {@return a weight, from -127 to 127}
   *
   * @param input the element of x
   * @param output the element of y
   */
  public byte weight(int input, int output) {
    return (byte) quantized(layer.weight(input, output), weightExponents[output]);
  }

  /**
   * {@return what is added to the products of an output, in units of the sum}
   *
   * @param output the element of y
   */
  public int bias(int output) {
    return Math.toIntExact(quantized(layer.bias(output), weightExponents[output] + inputExponent));
  }

  /**
   * {@return by how many bits a sum is shifted to the right}
   *
   * @param output the element of y
   */
  public int shift(int output) {
    return weightExponents[output] + inputExponent - outputExponent;
  }
}
