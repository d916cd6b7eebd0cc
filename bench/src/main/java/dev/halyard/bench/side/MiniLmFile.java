package dev.halyard.bench.side;

import dev.halyard.Graph;
import dev.halyard.examples.CacheFolder;
import dev.halyard.examples.PublishedModel;
import dev.halyard.onnx.OnnxModel;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** The model of {@link BenchCase.MiniLmRun} and what it is fed. */
final class MiniLmFile {
  private MiniLmFile() {}

  /** {@return the model, written to the cache folder where it is not there yet} */
  static Path path() {
    PublishedModel model = PublishedModel.ALL_MINILM_L6_V2;
    try {
      return model.extractTo(CacheFolder.path().resolve("models").resolve(model.name())).getFirst();
    } catch (FileNotFoundException e) {
      throw new SideAbsentException(
          e.getMessage() + "; minilm-sN-seeded runs the same network without the model");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * {@return the model for a sentence of some length}
   *
   * @throws SideAbsentException if the model is not on the class path
   */
  static Graph graph(int tokens) {
    return OnnxModel.importGraph(
        path(), Map.of("batch_size", 1L, "sequence_length", Long.valueOf(tokens)));
  }

  /** {@return a sentence of seeded words, none of them masked} */
  static Map<String, long[]> inputs(int tokens) {
    long[] ones = new long[tokens];
    Arrays.fill(ones, 1);
    Map<String, long[]> inputs = new LinkedHashMap<>();
    inputs.put("input_ids", Inputs.ids(tokens));
    inputs.put("attention_mask", ones);
    inputs.put("token_type_ids", new long[tokens]);
    return inputs;
  }
}
