package dev.halyard.examples;

import dev.halyard.examples.Passages.Passage;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Finds the passages that are nearest to a question in meaning. */
public final class SemanticSearch {
  private final MiniLm model;
  private final List<Passage> passages;
  private final float[][] vectors;
  private final long[] nanos;

  /**
   * A passage that was found.
   *
   * @param passage the passage
   * @param score the cosine of the angle between its vector and the question's: 1 is the same
   */
  public record Hit(Passage passage, double score) {}

  /**
   * Embeds passages.
   *
   * @param model what embeds; stays the caller's to close
   * @param passages what is to be searched
   * @param progress hears of every passage
   */
  public SemanticSearch(MiniLm model, List<Passage> passages, Progress progress) {
    this.model = model;
    this.passages = List.copyOf(passages);
    vectors = new float[passages.size()][];
    nanos = new long[passages.size()];
    model.prepare(passages.stream().map(Passage::text).toList(), progress);
    for (int i = 0; i < vectors.length; i++) {
      long start = System.nanoTime();
      vectors[i] = model.embed(passages.get(i).text());
      nanos[i] = System.nanoTime() - start;
      progress.at("embedding", i + 1, vectors.length);
    }
  }

  /** {@return how long each passage took from text to vector, in nanoseconds, in order} */
  public long[] nanos() {
    return nanos.clone();
  }

  /**
   * {@return the nearest passages, the best first}
   *
   * @param query a question or any other text
   * @param count how many
   */
  public List<Hit> nearest(String query, int count) {
    float[] wanted = model.embed(query);
    return IntStream.range(0, vectors.length)
        .mapToObj(i -> new Hit(passages.get(i), dot(wanted, vectors[i])))
        .sorted(Comparator.comparingDouble(Hit::score).reversed())
        .limit(count)
        .toList();
  }

  /** The cosine, as both vectors have length 1. */
  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  /** Prints the best three passages for a question. */
  static void main(String[] args) throws IOException {
    String query = args.length == 0 ? "how does light bend" : String.join(" ", args);
    try (MiniLm model = MiniLm.open()) {
      SemanticSearch search = new SemanticSearch(model, Passages.all(), Progress.NONE);
      for (Hit hit : search.nearest(query, 3)) {
        IO.println("%.3f  %s".formatted(hit.score(), hit.passage().text()));
      }
    }
  }
}
