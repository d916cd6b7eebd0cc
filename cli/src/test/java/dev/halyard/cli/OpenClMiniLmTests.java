package dev.halyard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.halyard.CompileOptions;
import dev.halyard.Device;
import dev.halyard.Graph;
import dev.halyard.Kernel;
import dev.halyard.Tensor;
import dev.halyard.examples.CacheFolder;
import dev.halyard.examples.PublishedModel;
import dev.halyard.onnx.OnnxModel;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** all-MiniLM-L6-v2, whole, on the first OpenCL device against the CPU. */
class OpenClMiniLmTests {
  private static final long SEED = 20261129;
  private static final float TOLERANCE = 1e-4f;

  private static Graph graph;

  @BeforeAll
  static void readModel() throws IOException {
    assumeTrue(
        List.of(System.getProperty("halyard.lanes", "").split(",", -1)).contains("pocl"),
        "the lane 'pocl' does not run: ./halyard test says why");
    graph =
        OnnxModel.importGraph(
            PublishedModel.ALL_MINILM_L6_V2
                .extractTo(CacheFolder.path().resolve("models").resolve("all-minilm-l6-v2"))
                .getFirst());
  }

  @ParameterizedTest(name = "length {0}")
  @ValueSource(ints = {1, 16, 128, 200})
  void openClComputesWhatTheCpuDoesWithNoFallback(int length) {
    float[] expected = run("cpu:0", length);
    float[] found = run("opencl:0", length);

    assertEquals(expected.length, found.length);
    float worst = 0;
    for (int i = 0; i < expected.length; i++) {
      float difference = Math.abs(found[i] - expected[i]);
      worst = Float.isNaN(difference) ? Float.POSITIVE_INFINITY : Math.max(worst, difference);
    }
    assertTrue(worst <= TOLERANCE, "differs by up to " + worst + " at length " + length);
  }

  private static float[] run(String device, int length) {
    Random random = new Random(SEED + length);
    long[] ids = random.longs(length, 1000, 29_000).toArray();
    long[] mask = new long[length];
    Arrays.fill(mask, 1);
    CompileOptions options = CompileOptions.defaults().fallback(false);
    try (Kernel kernel = Device.byId(device).compile(graph, options)) {
      Map<String, Tensor> outputs =
          kernel.run(
              Map.of(
                  "input_ids", Tensor.of(ids, 1, length),
                  "attention_mask", Tensor.of(mask, 1, length),
                  "token_type_ids", Tensor.of(new long[length], 1, length)));
      assertFalse(kernel.plan().steps().isEmpty());
      kernel.plan().steps().forEach(step -> assertEquals(device, step.device()));
      return outputs.get("last_hidden_state").toFloats();
    }
  }
}
