package dev.halyard.examples.digits;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * A dense layer of floats, each of which F16 can hold: {@code y[n] = bias[n] + the sum over k of
 * x[k] * weight[k][n]}. Immutable.
 */
public final class FloatLayer {
  private static final int MOST_EXTENT = 65_536;

  private final int inputs;
  private final int outputs;
  private final float[] weights;
  private final float[] bias;
  private final float largest;

  private FloatLayer(int inputs, int outputs, float[] weights, float[] bias, float largest) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.weights = weights;
    this.bias = bias;
    this.largest = largest;
  }

  /**
   * Makes a layer.
   *
   * @param weights row k has the weights of input k
   * @param bias one for each output
   * @param largest see {@link #largest}
   */
  static FloatLayer of(float[] weights, float[] bias, float largest) {
    return new FloatLayer(
        weights.length / bias.length, bias.length, weights.clone(), bias.clone(), largest);
  }

  /** {@return the nearest number that F16 can hold} */
  static float rounded(float number) {
    return Float.float16ToFloat(Float.floatToFloat16(number));
  }

  /** {@return the elements of x} */
  public int inputs() {
    return inputs;
  }

  /** {@return the elements of y} */
  public int outputs() {
    return outputs;
  }

  /**
   * {@return a weight}
   *
   * @param input the element of x
   * @param output the element of y
   */
  public float weight(int input, int output) {
    return weights[input * outputs + output];
  }

  /**
   * {@return what is added to an element of y}
   *
   * @param output the element
   */
  public float bias(int output) {
    return bias[output];
  }

  /**
   * {@return the largest magnitude that training saw in y, negative ones left out before a ReLU}
   */
  public float largest() {
    return largest;
  }

  /** {@return the weights, of the shape [inputs, outputs]} */
  float[] weights() {
    return weights.clone();
  }

  /** {@return the bias} */
  float[] bias() {
    return bias.clone();
  }

  void writeTo(DataOutput out) throws IOException {
    out.writeInt(inputs);
    out.writeInt(outputs);
    out.writeFloat(largest);
    write(weights, out);
    write(bias, out);
  }

  private static void write(float[] numbers, DataOutput out) throws IOException {
    for (float number : numbers) {
      out.writeShort(Float.floatToFloat16(number));
    }
  }

  static FloatLayer readFrom(DataInput in) throws IOException {
    int inputs = in.readInt();
    int outputs = in.readInt();
    if (inputs < 1 || inputs > MOST_EXTENT || outputs < 1 || outputs > MOST_EXTENT) {
      throw new IOException(
          "a layer has extents of 1 to " + MOST_EXTENT + ", found " + inputs + ", " + outputs);
    }
    float largest = in.readFloat();
    float[] weights = read(Math.multiplyExact(inputs, outputs), in);
    return new FloatLayer(inputs, outputs, weights, read(outputs, in), largest);
  }

  private static float[] read(int count, DataInput in) throws IOException {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = Float.float16ToFloat(in.readShort());
    }
    return numbers;
  }
}
