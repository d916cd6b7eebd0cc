package dev.halyard.fpga.xrt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Plan;
import dev.halyard.Tensor;
import dev.halyard.UnsupportedOnDeviceException;
import dev.halyard.examples.digits.Digit;
import dev.halyard.examples.digits.DigitClassifier;
import dev.halyard.examples.digits.DigitGraphs;
import dev.halyard.examples.digits.Mlp;
import dev.halyard.examples.digits.QuantizedMlp;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The network of the examples that reads digits, with the weights that were trained. */
class DigitLayersTests {
  private static final int BATCH = 37;

  private final Mlp network = Mlp.trained();
  private Session session;

  @BeforeEach
  void open() {
    session = Session.open();
  }

  @AfterEach
  void close() {
    session.close();
    session.requireNothingLeft();
  }

  @Test
  void layersRunOnTheBoardWithNoFallbackAndEqualTheCpus() {
    Graph graph = DigitGraphs.integers(QuantizedMlp.of(network));
    Tensor pixels = new Product(11).integers(DType.I8, BATCH, Digit.PIXELS);
    Map<String, Tensor> inputs = Map.of(DigitGraphs.PIXELS, pixels);

    Tensor found = session.run(graph, inputs).get(DigitGraphs.SCORES);

    assertEquals(DType.I16, found.dtype());
    assertArrayEquals(
        session.runOnCpu(graph, inputs).get(DigitGraphs.SCORES).toLongs(), found.toLongs());
  }

  @Test
  void onlyTheConversionsFallBack() {
    Graph graph = DigitGraphs.quantized(QuantizedMlp.of(network));
    try (DigitClassifier classifier = DigitClassifier.open(session.device(), graph, BATCH)) {
      List<Plan.Step> steps = classifier.plan().steps();

      assertEquals(
          List.of(
              List.of("quantize/1"),
              List.of("halyard.qmatmul/1", "halyard.relu/1"),
              List.of("halyard.qmatmul/1", "halyard.relu/1"),
              List.of("halyard.qmatmul/1"),
              List.of("dequantize/1")),
          steps.stream().map(Plan.Step::nodes).toList());
      assertEquals(
          List.of("cpu:0", "fpga-xrt:0", "fpga-xrt:0", "fpga-xrt:0", "cpu:0"),
          steps.stream().map(Plan.Step::device).toList());
    }
  }

  @Test
  void layersOfFloatsAreNotLeftToTheFallback() {
    UnsupportedOnDeviceException refused =
        assertThrows(
            UnsupportedOnDeviceException.class,
            () -> DigitClassifier.open(session.device(), DigitGraphs.floats(network), 1));

    assertTrue(refused.getMessage().contains("fpga-xrt:0 is to run everything but conversions"));
    assertTrue(refused.getMessage().contains("wants halyard.qmatmul/1, found"));
  }
}
