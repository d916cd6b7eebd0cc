package dev.halyard.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.halyard.Tensor;
import dev.halyard.examples.CacheFolder;
import dev.halyard.examples.PublishedModel;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code run} on all-MiniLM-L6-v2 against ONNX Runtime, from .npy file to .npy file. */
class MiniLmRunTests {
  private static final long SEED = 20261123;
  private static final float TOLERANCE = 1e-4f;

  private static Path model;
  private static OrtSession reference;

  @TempDir private Path folder;

  @BeforeAll
  static void openReference() throws IOException, OrtException {
    model =
        PublishedModel.ALL_MINILM_L6_V2
            .extractTo(CacheFolder.path().resolve("models").resolve("all-minilm-l6-v2"))
            .getFirst();
    reference = OrtEnvironment.getEnvironment().createSession(model.toString());
  }

  @AfterAll
  static void closeReference() throws OrtException {
    reference.close();
  }

  /** A batch of sequences, the first as given, each further one padded more. */
  private static final class Batch {
    final long[] ids;
    final long[] mask;
    final long[] types;
    final long[] shape;

    Batch(long[] ids, long[] mask, long... shape) {
      this.ids = ids;
      this.mask = mask;
      this.types = new long[ids.length];
      this.shape = shape;
    }

    static Batch random(int batch, int length, int firstLength) {
      Random random = new Random(SEED + 1000L * batch + length);
      long[] ids = new long[batch * length];
      long[] mask = new long[batch * length];
      for (int row = 0; row < batch; row++) {
        int words = Math.max(1, firstLength - row * firstLength / 5);
        for (int i = 0; i < words; i++) {
          ids[row * length + i] = 1000L + random.nextInt(28_000);
          mask[row * length + i] = 1;
        }
      }
      return new Batch(ids, mask, batch, length);
    }

    Map<String, long[]> byName() {
      return Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", types);
    }
  }

  @ParameterizedTest(name = "batch {0}, sequence length {1}")
  @CsvSource({"1,1", "1,16", "1,128", "1,200", "4,1", "4,16", "4,128", "4,200"})
  void lastHiddenStateIsOnnxRuntimes(int batch, int length) throws IOException, OrtException {
    Batch inputs = Batch.random(batch, length, length);

    Cli.Result result = run(inputs, "cpu:0");

    assertEquals(0, result.code(), result.err());
    assertMatches(expected(inputs), written(result));
  }

  @Test
  void paddingIsMaskedAsInOnnxRuntime() throws IOException, OrtException {
    Batch inputs = Batch.random(1, 128, 37);

    assertMatches(expected(inputs), written(run(inputs, "cpu:0")));
  }

  @Test
  void paddingChangesNothingForTheWordsBeforeIt() throws IOException {
    Batch padded = Batch.random(1, 128, 37);
    Batch bare = Batch.random(1, 37, 37);
    System.arraycopy(padded.ids, 0, bare.ids, 0, 37);

    float[] withPadding = written(run(padded, "cpu:0"));
    float[] without = written(run(bare, "cpu:0"));

    assertMatches(without, Arrays.copyOf(withPadding, without.length));
  }

  @Test
  void bestDeviceIsMeasuredAndGivesTheSame() throws IOException, OrtException {
    Batch inputs = Batch.random(1, 16, 16);

    Cli.Result result = run(inputs, "best:latency");

    assertMatches(expected(inputs), written(result));
    assertTrue(result.object().get("device").toString().contains(":"), result.out());
  }

  private Cli.Result run(Batch inputs, String device) throws IOException {
    Map<String, Tensor> tensors = new HashMap<>();
    inputs.byName().forEach((name, ids) -> tensors.put(name, Tensor.of(ids, inputs.shape)));
    TensorFiles.write(folder, tensors);
    return Cli.run(
        "run",
        model,
        "--input",
        "input_ids=" + folder.resolve("input_ids.npy"),
        "--input",
        "attention_mask=" + folder.resolve("attention_mask.npy"),
        "--input",
        "token_type_ids=" + folder.resolve("token_type_ids.npy"),
        "--output",
        folder.resolve("out"),
        "--device",
        device,
        "--runs",
        "1",
        "--json");
  }

  private float[] written(Cli.Result result) throws IOException {
    assertEquals(0, result.code(), result.err());
    Map<?, ?> output = (Map<?, ?>) ((List<?>) result.object().get("outputs")).getFirst();
    assertEquals("last_hidden_state", output.get("name"));
    assertEquals("F32", output.get("dtype"));
    assertEquals(
        folder.resolve("out").resolve("last_hidden_state.npy").toString(), output.get("file"));
    return NpyFiles.floats(Path.of(output.get("file").toString()));
  }

  private static float[] expected(Batch inputs) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> tensors = new HashMap<>();
    for (Map.Entry<String, long[]> input : inputs.byName().entrySet()) {
      LongBuffer values = LongBuffer.wrap(input.getValue());
      tensors.put(input.getKey(), OnnxTensor.createTensor(environment, values, inputs.shape));
    }
    try (OrtSession.Result result = reference.run(tensors)) {
      FloatBuffer values = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] all = new float[values.remaining()];
      values.get(all);
      return all;
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  private static void assertMatches(float[] expected, float[] actual) {
    assertArrayEquals(expected, actual, TOLERANCE);
  }
}
