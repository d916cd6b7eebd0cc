package dev.halyard.examples.digits;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.CompileOptions;
import dev.halyard.DType;
import dev.halyard.Device;
import dev.halyard.Graph;
import dev.halyard.Kernel;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.spi.NodeView;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DigitGraphsTests {
  private static final int BATCH = 50;

  private final Mlp network = Mlp.trained();
  private final QuantizedMlp integers = QuantizedMlp.of(network);
  private final List<Digit> digits = Drawings.noise(BATCH, 3);

  private Tensor pixels() {
    float[] pixels = new float[BATCH * Digit.PIXELS];
    for (int i = 0; i < BATCH; i++) {
      digits.get(i).copyTo(pixels, i * Digit.PIXELS);
    }
    return Tensor.of(pixels, BATCH, Digit.PIXELS);
  }

  private static double[] scores(Graph graph, Tensor pixels) {
    CompileOptions options = CompileOptions.defaults().fallback(false);
    try (Kernel kernel = Device.byId("cpu:0").compile(graph, options)) {
      return kernel.run(Map.of(DigitGraphs.PIXELS, pixels)).get(DigitGraphs.SCORES).toDoubles();
    }
  }

  @Test
  void integersAreConvertedAtTheEndsAlone() {
    List<String> operations =
        DigitGraphs.quantized(integers).nodes().stream().map(NodeView::op).toList();

    assertEquals(
        List.of(
            "quantize/1",
            "halyard.qmatmul/1",
            "halyard.relu/1",
            "halyard.qmatmul/1",
            "halyard.relu/1",
            "halyard.qmatmul/1",
            "dequantize/1"),
        operations);
  }

  @Test
  void graphOfIntegersIsWhatIsBetweenTheConversions() {
    Tensor ink = TensorArena.ofAuto().allocate(DType.I8, BATCH, Digit.PIXELS);
    float[] floats = pixels().toFloats();
    for (int i = 0; i < floats.length; i++) {
      ink.setLong(i, Math.min(127, (long) Math.floor(floats[i] * 128 + 0.5)));
    }

    double[] scores = scores(DigitGraphs.integers(integers), ink);
    for (int i = 0; i < scores.length; i++) {
      scores[i] = Math.scalb(scores[i], -integers.layers().getLast().outputExponent());
    }

    assertArrayEquals(scores(DigitGraphs.quantized(integers), pixels()), scores);
  }

  @Test
  void scoresOfIntegersAreNearThoseOfFloats() {
    double[] floats = scores(DigitGraphs.floats(network), pixels());
    double[] quantized = scores(DigitGraphs.quantized(integers), pixels());

    double worst = 0;
    double greatest = 0;
    for (int i = 0; i < floats.length; i++) {
      worst = Math.max(worst, Math.abs(floats[i] - quantized[i]));
      greatest = Math.max(greatest, Math.abs(floats[i]));
    }
    assertTrue(worst < 0.1 * greatest, worst + " of " + greatest);
  }
}
