package dev.halyard.examples.digits;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TrainableLayerTests {
  private static final float RATE = 0x1p-10f;

  private final float[] x = {1, 0, -2};
  private final float[] dy = {0.5f, -3};
  private final TrainableLayer layer = new TrainableLayer(3, 2, new SplittableRandom(5));

  private float[] forward() {
    float[] y = new float[2];
    layer.forward(x, y);
    return y;
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  @Test
  void resultIsBiasPlusProducts() {
    FloatLayer layer = this.layer.toLayer(1);
    float[] y = forward();

    for (int n = 0; n < 2; n++) {
      assertEquals(layer.bias(n) + layer.weight(0, n) - 2 * layer.weight(2, n), y[n], 1e-6f);
    }
  }

  @Test
  void gradientOfXIsHowTheLossChangesWithX() {
    float[] dx = new float[3];
    layer.backward(x, dy, dx, 0);

    for (int k = 0; k < 3; k++) {
      double before = dot(forward(), dy);
      x[k] += 0.5f;
      assertEquals(2 * (dot(forward(), dy) - before), dx[k], 1e-5);
      x[k] -= 0.5f;
    }
  }

  /** The loss dot(dy, y) falls by the rate times the square of the gradient: dy^2 (x^2 + 1). */
  @Test
  void stepGoesDownTheGradientOfWeightsAndBias() {
    double before = dot(forward(), dy);

    layer.backward(x, dy, null, RATE);
    layer.step();

    assertEquals(RATE * dot(dy, dy) * (dot(x, x) + 1), before - dot(forward(), dy), 1e-5);
  }

  @Test
  void nextStepGoesOnAtNineTenths() {
    float[] before = forward();
    layer.backward(x, dy, null, RATE);
    layer.step();
    float[] first = forward();
    layer.brake();
    layer.step();
    float[] second = forward();

    for (int n = 0; n < 2; n++) {
      assertEquals(0.9f * (first[n] - before[n]), second[n] - first[n], 1e-5f);
    }
  }

  @Test
  void roundedNumbersAreThoseOfF16() {
    layer.backward(x, dy, null, 1e-3f);
    layer.step();
    layer.round();
    FloatLayer rounded = layer.toLayer(1);

    for (float weight : rounded.weights()) {
      assertEquals(FloatLayer.rounded(weight), weight);
    }
    assertArrayEquals(
        new float[] {FloatLayer.rounded(-0.0005f), FloatLayer.rounded(0.003f)}, rounded.bias());
  }
}
