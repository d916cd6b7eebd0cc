package dev.halyard.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.halyard.CompileOptions;
import dev.halyard.DType;
import dev.halyard.Device;
import dev.halyard.Kernel;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.examples.digits.Comparison;
import dev.halyard.examples.digits.Digit;
import dev.halyard.examples.digits.DigitClassifier;
import dev.halyard.examples.digits.DigitGraphs;
import dev.halyard.examples.digits.DigitSet;
import dev.halyard.examples.digits.Mlp;
import dev.halyard.examples.digits.QuantizedLayer;
import dev.halyard.examples.digits.QuantizedMlp;
import dev.halyard.fpga.xrt.dense.DenseFormat;
import dev.halyard.fpga.xrt.dense.DenseLayer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The network that reads digits, quantised, on the devices that run it, against its model. */
class DigitDevicesTests {
  private static final String CPU = "cpu:0";

  private final Mlp network = Mlp.trained();
  private final QuantizedMlp integers = QuantizedMlp.of(network);

  private static void require(String lane) {
    assumeTrue(
        List.of(System.getProperty("halyard.lanes", "").split(",", -1)).contains(lane),
        "the lane '" + lane + "' does not run: ./halyard test says why");
  }

  private static void requireDevice(String device) {
    if (!device.equals(CPU)) {
      require("xrt");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {CPU, "fpga-xrt:0"})
  void layersAreTheModelsBitByBitOnAnyPixels(String device) {
    requireDevice(device);
    SplittableRandom random = new SplittableRandom(7);
    short[][] pixels = new short[50][Digit.PIXELS];
    for (short[] picture : pixels) {
      for (int i = 0; i < picture.length; i++) {
        picture[i] = (short) random.nextInt(Byte.MIN_VALUE, Byte.MAX_VALUE + 1);
      }
    }
    assertLayersAreTheModels(device, pixels);
  }

  @ParameterizedTest
  @ValueSource(strings = {CPU, "fpga-xrt:0"})
  void layersAreTheModelsBitByBitOnDigits(String device) throws IOException {
    requireDevice(device);
    require("npm");
    assertLayersAreTheModels(
        device,
        DigitSet.open().heldOut().stream()
            .map(DigitDevicesTests::quantized)
            .toArray(short[][]::new));
  }

  /** A device may leave to the fallback what {@link DigitClassifier} allows: the conversions. */
  @ParameterizedTest
  @ValueSource(strings = {CPU, "fpga-xrt:0"})
  void digitsAreReadAsByFloats(String device) throws IOException {
    requireDevice(device);
    require("npm");
    List<Digit> digits = DigitSet.open().heldOut();
    try (DigitClassifier floats =
            DigitClassifier.open(Device.byId(CPU), DigitGraphs.floats(network), digits.size());
        DigitClassifier onDevice =
            DigitClassifier.open(
                Device.byId(device), DigitGraphs.quantized(integers), digits.size())) {
      Comparison comparison = Comparison.of(digits, floats, onDevice);

      assertEquals(1_000, digits.size());
      assertTrue(comparison.equal() >= 0.99, comparison.equal() + " are read as by floats");
      assertTrue(comparison.floatsRight() >= 0.97, comparison.floatsRight() + " by floats");
      assertTrue(comparison.integersRight() >= 0.97, comparison.integersRight() + " by integers");
    }
  }

  private void assertLayersAreTheModels(String device, short[][] pixels) {
    Tensor input = TensorArena.ofAuto().allocate(DType.I8, pixels.length, Digit.PIXELS);
    for (int i = 0; i < pixels.length * Digit.PIXELS; i++) {
      input.setLong(i, pixels[i / Digit.PIXELS][i % Digit.PIXELS]);
    }
    CompileOptions options = CompileOptions.defaults().fallback(false);
    try (Kernel kernel = Device.byId(device).compile(DigitGraphs.integers(integers), options)) {
      long[] scores =
          kernel.run(Map.of(DigitGraphs.PIXELS, input)).get(DigitGraphs.SCORES).toLongs();

      assertArrayEquals(modelled(pixels), scores);
    }
  }

  private long[] modelled(short[][] pixels) {
    List<DenseLayer> layers = new ArrayList<>();
    for (QuantizedLayer layer : integers.layers()) {
      layers.add(model(layer, layer != integers.layers().getLast()));
    }
    return Arrays.stream(pixels)
        .flatMapToLong(picture -> Arrays.stream(scores(layers, picture)))
        .toArray();
  }

  private static long[] scores(List<DenseLayer> layers, short[] picture) {
    short[] x = picture;
    for (DenseLayer layer : layers) {
      x = layer.apply(x);
    }
    long[] scores = new long[x.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = x[i];
    }
    return scores;
  }

  private static DenseLayer model(QuantizedLayer layer, boolean relu) {
    short[] weights = new short[layer.outputs() * layer.inputs()];
    long[] bias = new long[layer.outputs()];
    int[] shift = new int[layer.outputs()];
    for (int n = 0; n < layer.outputs(); n++) {
      for (int k = 0; k < layer.inputs(); k++) {
        weights[n * layer.inputs() + k] = layer.weight(k, n);
      }
      bias[n] = layer.bias(n);
      shift[n] = layer.shift(n);
    }
    DenseFormat format = new DenseFormat(false, false, layer.outputType() == DType.I16, relu);
    return DenseLayer.of(layer.outputs(), layer.inputs(), format, weights, bias, shift);
  }

  /** As {@code quantize/1} does it with a scale of 2^-7. */
  private static short[] quantized(Digit digit) {
    short[] pixels = new short[Digit.PIXELS];
    for (int i = 0; i < pixels.length; i++) {
      int ink = digit.ink(i / Digit.SIDE, i % Digit.SIDE);
      pixels[i] = (short) Math.min(Byte.MAX_VALUE, (ink + 1) / 2);
    }
    return pixels;
  }
}
