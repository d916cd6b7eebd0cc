package dev.halyard.cli;

import dev.halyard.Device;
import dev.halyard.Plan;
import dev.halyard.Ranking;
import dev.halyard.examples.MiniLm;
import dev.halyard.examples.SemanticSearch;
import dev.halyard.examples.SemanticSearch.Hit;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Help.Ansi;

/**
 * What the demo has to tell.
 *
 * @param query what was looked for
 * @param hits the passages found, the best first
 * @param device what ran the model
 * @param ranking why
 * @param latency how long a passage took from text to vector
 * @param plan what ran where
 * @param opening how long it took to have the model compiled
 */
record DemoReport(
    String query,
    List<Hit> hits,
    Device device,
    Ranking ranking,
    Latency latency,
    Plan plan,
    Duration opening) {
  private static final int INDENT = 10;

  static DemoReport of(
      String query, MiniLm model, SemanticSearch search, int count, Duration opening) {
    return new DemoReport(
        query,
        search.nearest(query, count),
        model.device(),
        model.ranking(),
        Latency.ofNanos(search.nanos()),
        model.kernel().plan(),
        opening);
  }

  void print(PrintWriter out, Ansi ansi) {
    out.println(ansi.string("@|bold " + query.replace("|", "/") + "|@"));
    for (int i = 0; i < hits.size(); i++) {
      print(out, ansi, i + 1, hits.get(i));
    }
    out.println();
    section(out, "Device", device.id() + ": " + device.descriptor().name());
    section(out, "Why", ranking.explanation());
    section(
        out,
        "Latency",
        latency
            + " per passage, from text to vector (measured, "
            + latency.runs()
            + " passages; "
            + "%.1f s before the first to read, rank and compile)"
                .formatted(opening.toMillis() / 1e3));
    section(out, "Ran where", where());
  }

  private static void print(PrintWriter out, Ansi ansi, int rank, Hit hit) {
    out.println();
    out.println(
        ansi.string(
            "%2d  @|bold %.3f|@  @|faint %s|@".formatted(rank, hit.score(), hit.passage().book())));
    out.println(Text.indented(hit.passage().text(), 4));
  }

  private static void section(PrintWriter out, String title, String text) {
    String body = Text.indented(text, INDENT);
    out.println(title + body.substring(title.length()));
  }

  private String where() {
    Map<String, Long> regions =
        plan.steps().stream()
            .collect(Collectors.groupingBy(Plan.Step::device, TreeMap::new, Collectors.counting()));
    String counted =
        regions.entrySet().stream()
            .map(entry -> entry.getValue() + " regions on " + entry.getKey())
            .collect(Collectors.joining(", "));
    return counted
        + "; "
        + plan.fallbacks()
        + " nodes on the fallback; launches per passage: "
        + plan.launches();
  }
}
