package dev.halyard.examples.digits;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A dense layer that learns by gradient descent with momentum (Polyak, 1964).
 *
 * <p>Everything is computed in one order and rounded by IEEE 754, so that equal digits and seeds
 * train equal networks on every machine.
 */
final class TrainableLayer {
  private static final float MOMENTUM = 0.9f;

  private final int inputs;
  private final int outputs;
  private final float[] weights;
  private final float[] bias;
  private final float[] weightVelocity;
  private final float[] biasVelocity;

  /** Makes a layer with random weights, whose variance keeps that of x (arXiv:1502.01852). */
  TrainableLayer(int inputs, int outputs, RandomGenerator random) {
    this.inputs = inputs;
    this.outputs = outputs;
    weights = new float[inputs * outputs];
    bias = new float[outputs];
    weightVelocity = new float[weights.length];
    biasVelocity = new float[outputs];
    float bound = (float) Math.sqrt(6.0 / inputs);
    for (int i = 0; i < weights.length; i++) {
      weights[i] = random.nextFloat(-bound, bound);
    }
  }

  int outputs() {
    return outputs;
  }

  /** Computes y; elements of x that are 0, which most of a picture's are, cost nothing. */
  void forward(float[] x, float[] y) {
    System.arraycopy(bias, 0, y, 0, outputs);
    for (int k = 0; k < inputs; k++) {
      float factor = x[k];
      if (factor != 0) {
        int row = k * outputs;
        for (int n = 0; n < outputs; n++) {
          y[n] += factor * weights[row + n];
        }
      }
    }
  }

  /** Slows down what is left of earlier steps; comes before the digits of a step. */
  void brake() {
    for (int i = 0; i < weightVelocity.length; i++) {
      weightVelocity[i] *= MOMENTUM;
    }
    for (int n = 0; n < outputs; n++) {
      biasVelocity[n] *= MOMENTUM;
    }
  }

  /**
   * Adds a digit to the step.
   *
   * @param x what the layer was given
   * @param dy the gradient of the loss by y
   * @param dx receives the gradient by x, or is not wanted
   * @param rate how far to go
   */
  void backward(float[] x, float[] dy, float @Nullable [] dx, float rate) {
    for (int n = 0; n < outputs; n++) {
      biasVelocity[n] -= rate * dy[n];
    }
    for (int k = 0; k < inputs; k++) {
      int row = k * outputs;
      if (dx != null) {
        float sum = 0;
        for (int n = 0; n < outputs; n++) {
          sum += dy[n] * weights[row + n];
        }
        dx[k] = sum;
      }
      float factor = -rate * x[k];
      if (factor != 0) {
        for (int n = 0; n < outputs; n++) {
          weightVelocity[row + n] += factor * dy[n];
        }
      }
    }
  }

  /** Takes the step. */
  void step() {
    for (int i = 0; i < weights.length; i++) {
      weights[i] += weightVelocity[i];
    }
    for (int n = 0; n < outputs; n++) {
      bias[n] += biasVelocity[n];
    }
  }

  /** Rounds weights and bias to what F16 can hold. */
  void round() {
    for (int i = 0; i < weights.length; i++) {
      weights[i] = FloatLayer.rounded(weights[i]);
    }
    for (int n = 0; n < outputs; n++) {
      bias[n] = FloatLayer.rounded(bias[n]);
    }
  }

  FloatLayer toLayer(float largest) {
    return FloatLayer.of(weights, bias, largest);
  }
}
