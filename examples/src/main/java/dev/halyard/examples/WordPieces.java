package dev.halyard.examples;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Cuts text into the word pieces of a {@code tokenizer.json}; not a byte over the network. */
final class WordPieces implements AutoCloseable {
  private final HuggingFaceTokenizer tokenizer;

  /**
   * Reads a vocabulary.
   *
   * @param file the {@code tokenizer.json}
   * @param maxTokens where longer texts are cut off
   */
  WordPieces(Path file, int maxTokens) throws IOException {
    // Read when DJL's classes are first used: its native library is unpacked beside our own files,
    // nothing is downloaded, and its use is not reported.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("DJL_CACHE_DIR", CacheFolder.path().resolve("djl").toString());
    try (InputStream vocabulary = Files.newInputStream(file)) {
      tokenizer =
          HuggingFaceTokenizer.newInstance(
              vocabulary,
              Map.of(
                  "truncation", "true",
                  "maxLength", Integer.toString(maxTokens),
                  "padding", "false"));
    }
  }

  /** {@return the ids of a text's word pieces, with those that mark its start and end} */
  long[] encode(String text) {
    return tokenizer.encode(text).getIds();
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
