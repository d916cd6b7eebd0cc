package dev.halyard.examples.digits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.DType;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;

class QuantizedLayerProperties {
  private static final int INPUTS = 5;
  private static final int OUTPUTS = 3;
  private static final int INPUT_EXPONENT = 7;

  /** A layer whose weights are up to a power of two that differs for each output. */
  private static FloatLayer layer(long seed, float largest) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] weights = new float[INPUTS * OUTPUTS];
    float[] bias = new float[OUTPUTS];
    for (int n = 0; n < OUTPUTS; n++) {
      float bound = Math.scalb(1f, random.nextInt(-8, 3));
      bias[n] = FloatLayer.rounded(random.nextFloat(-1, 1));
      for (int k = 0; k < INPUTS; k++) {
        weights[k * OUTPUTS + n] = FloatLayer.rounded(random.nextFloat(-bound, bound));
      }
    }
    return FloatLayer.of(weights, bias, largest);
  }

  @Property(tries = 500)
  void integersStandForTheNearestNumbers(
      @ForAll long seed, @ForAll @FloatRange(min = 0.01f, max = 100) float largest) {
    FloatLayer floats = layer(seed, largest);
    QuantizedLayer integers = QuantizedLayer.of(floats, INPUT_EXPONENT, DType.I8);

    for (int n = 0; n < OUTPUTS; n++) {
      double step = Math.scalb(1.0, -integers.weightExponent(n));
      for (int k = 0; k < INPUTS; k++) {
        assertEquals(floats.weight(k, n), integers.weight(k, n) * step, step / 2);
      }
      double sumStep = Math.scalb(step, -INPUT_EXPONENT);
      assertEquals(floats.bias(n), integers.bias(n) * sumStep, sumStep / 2);
    }
  }

  @Property(tries = 500)
  void weightsUseTheirBitsAndShiftsGoToTheRight(
      @ForAll long seed,
      @ForAll @FloatRange(min = 0.01f, max = 100) float largest,
      @ForAll boolean wide) {
    FloatLayer floats = layer(seed, largest);
    QuantizedLayer layer = QuantizedLayer.of(floats, INPUT_EXPONENT, wide ? DType.I16 : DType.I8);

    for (int n = 0; n < OUTPUTS; n++) {
      int greatest = 0;
      for (int k = 0; k < INPUTS; k++) {
        greatest = Math.max(greatest, Math.abs(layer.weight(k, n)));
      }
      assertTrue(greatest <= 127 && (greatest >= 64 || layer.weightExponent(n) == 14));
      assertTrue(layer.shift(n) >= 0, "shift " + layer.shift(n));
    }
    double bound = wide ? 32_767 : 127;
    assertTrue(Math.scalb(largest, layer.outputExponent()) < bound + 0.5);
  }

  @Property
  void finestExponentFitsAndTheNextDoesNot(
      @ForAll @FloatRange(min = 0.01f, max = 1e6f) float number,
      @ForAll @IntRange(min = 1, max = 32_767) int integer) {
    int exponent = QuantizedLayer.finest(number, integer);

    assertTrue(QuantizedLayer.quantized(number, exponent) <= integer);
    assertTrue(QuantizedLayer.quantized(number, exponent + 1) > integer);
  }

  @Example
  void halvesAreRoundedUp() {
    assertEquals(3, QuantizedLayer.quantized(2.5, 0));
    assertEquals(-2, QuantizedLayer.quantized(-2.5, 0));
    assertEquals(1, QuantizedLayer.quantized(0x1p-8, 7));
  }

  @Example
  void outputsWithoutWeightsKeepTheirBias() {
    FloatLayer floats = FloatLayer.of(new float[] {0, 0}, new float[] {0.75f}, 0.75f);

    QuantizedLayer layer = QuantizedLayer.of(floats, INPUT_EXPONENT, DType.I8);

    assertEquals(0.75, Math.scalb((double) layer.bias(0), -14 - INPUT_EXPONENT));
  }
}
