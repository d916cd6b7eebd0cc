package dev.halyard.examples.digits;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.Device;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrainingTests {
  private static final int EPOCHS = 60;

  private static final List<Digit> TWO = List.of(Drawings.bar(1), Drawings.bar(8));

  private final List<Double> losses = new ArrayList<>();

  private Mlp train(long seed) {
    return new Training(TWO, seed, Digit.PIXELS, 16, Digit.CLASSES)
        .run(EPOCHS, (epoch, loss) -> losses.add(loss));
  }

  private static byte[] bytes(Mlp network) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    network.writeTo(bytes);
    return bytes.toByteArray();
  }

  @Test
  void barsAreLearned() {
    Mlp network = train(1);

    try (DigitClassifier classifier =
        DigitClassifier.open(Device.byId("cpu:0"), DigitGraphs.floats(network), TWO.size())) {
      assertArrayEquals(new int[] {1, 8}, classifier.classify(TWO));
    }
    assertEquals(EPOCHS, losses.size());
    assertTrue(losses.getFirst() > 1.5 && losses.getLast() < 0.1, losses.toString());
  }

  @Test
  void equalSeedsTrainEqualNetworks() throws IOException {
    byte[] first = bytes(train(1));

    assertArrayEquals(first, bytes(train(1)));
    assertFalse(Arrays.equals(first, bytes(train(2))));
  }

  @Test
  void largestIsThatOfTheDigitsAsTheyAre() {
    FloatLayer layer = train(1).layers().getFirst();

    float largest = 0;
    for (Digit digit : TWO) {
      for (int n = 0; n < layer.outputs(); n++) {
        largest = Math.max(largest, sum(layer, digit, n));
      }
    }
    assertEquals(largest, layer.largest(), 1e-5f * largest);
  }

  private static float sum(FloatLayer layer, Digit digit, int output) {
    float[] pixels = new float[Digit.PIXELS];
    digit.copyTo(pixels, 0);
    double products =
        IntStream.range(0, pixels.length)
            .mapToDouble(k -> (double) pixels[k] * layer.weight(k, output))
            .sum();
    return (float) (products + layer.bias(output));
  }
}
