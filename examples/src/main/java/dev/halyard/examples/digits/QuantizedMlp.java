package dev.halyard.examples.digits;

import dev.halyard.DType;
import java.util.ArrayList;
import java.util.List;

/**
 * An MLP in integers: weights and values between layers are I8, scores I16.
 *
 * @param layers in order, with a ReLU behind each but the last
 */
public record QuantizedMlp(List<QuantizedLayer> layers) {
  /** A pixel, of 0 to 255/256, is an integer of I8 times 2^-7. */
  static final int PIXEL_EXPONENT = 7;

  /** Makes a network. */
  public QuantizedMlp {
    layers = List.copyOf(layers);
  }

  /**
   * Quantises a network.
   *
   * @param network a network whose inputs are from 0 to 1
   * @return the same in integers
   */
  public static QuantizedMlp of(Mlp network) {
    List<QuantizedLayer> layers = new ArrayList<>();
    int exponent = PIXEL_EXPONENT;
    for (FloatLayer layer : network.layers()) {
      boolean last = layers.size() + 1 == network.layers().size();
      layers.add(QuantizedLayer.of(layer, exponent, last ? DType.I16 : DType.I8));
      exponent = layers.getLast().outputExponent();
    }
    return new QuantizedMlp(layers);
  }
}
