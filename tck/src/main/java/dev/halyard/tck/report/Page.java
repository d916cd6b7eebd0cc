package dev.halyard.tck.report;

import dev.halyard.tck.check.Exclusion;
import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Rule;
import dev.halyard.tck.check.Rules;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.run.Plan;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.jr.ob.JSON;

/** The report for people: one file that needs nothing else. */
final class Page {
  private static final String FOLDER = "/dev/halyard/tck/report/";
  private static final String KILL_MATRIX = "/dev/halyard/tck/kill-matrix.json";

  private Page() {}

  static String of(
      Settings settings,
      Summary summary,
      Plan plan,
      Map<String, Object> environment,
      List<Result> results)
      throws IOException {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("summary", summary.toMap());
    data.put("environment", environment);
    data.put("rules", Rules.all().stream().map(Page::rule).toList());
    data.put("excluded", plan.excluded().stream().map(Exclusion::toMap).toList());
    data.put("results", results.stream().map(result -> result(settings, result)).toList());
    String matrix = resource(KILL_MATRIX);
    if (matrix != null) {
      data.put("killMatrix", JSON.std.mapFrom(matrix));
    }
    return required("index.html")
        .replace("/*STYLE*/", required("report.css"))
        .replace("/*CHARTS*/", script(FOLDER + "chart.umd.min.js"))
        .replace("/*DATA*/", JSON.std.asString(data).replace("<", "\\u003c"))
        .replace("/*SCRIPT*/", required("report.js"));
  }

  private static Map<String, Object> rule(Rule rule) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("id", rule.id());
    map.put("title", rule.title());
    map.put("untested", rule.untested());
    return map;
  }

  private static Map<String, Object> result(Settings settings, Result result) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("id", result.id());
    map.put("rule", result.rule());
    map.put("op", result.op());
    map.put("dtype", result.dtype());
    map.put("required", result.required());
    map.put("verdict", result.verdict().name());
    map.put("message", result.message());
    map.put("millis", result.millis());
    map.put("again", Repeat.command(settings, result));
    map.put("data", thinned(result.data()));
    return map;
  }

  /** Raw samples stay in results.jsonl; the page draws distributions from a part of them. */
  private static Map<String, Object> thinned(Map<String, Object> data) {
    Map<String, Object> copy = new LinkedHashMap<>(data);
    if (copy.get("samples") instanceof Map<?, ?> series) {
      Map<String, Object> thin = new LinkedHashMap<>();
      series.forEach((name, values) -> thin.put(String.valueOf(name), quantiles(values)));
      copy.put("samples", thin);
    }
    return copy;
  }

  private static List<Long> quantiles(Object values) {
    long[] sorted =
        ((List<?>) values).stream().mapToLong(v -> ((Number) v).longValue()).sorted().toArray();
    List<Long> quantiles = new ArrayList<>();
    int points = Math.min(sorted.length, 200);
    for (int i = 0; i < points; i++) {
      quantiles.add(sorted[(int) ((long) i * (sorted.length - 1) / Math.max(1, points - 1))]);
    }
    return quantiles;
  }

  private static String required(String name) throws IOException {
    String text = resource(FOLDER + name);
    if (text == null) {
      throw new IllegalStateException("the kit lacks its resource " + name);
    }
    return text;
  }

  /** The end of a script element must not stand inside it. */
  private static String script(String path) throws IOException {
    String text = resource(path);
    if (text == null) {
      throw new IllegalStateException("the kit lacks the library that draws its charts: " + path);
    }
    return text.replace("</script", "<\\/script").replaceAll("(?m)^//# sourceMappingURL.*$", "");
  }

  private static @Nullable String resource(String path) throws IOException {
    try (InputStream in = Page.class.getResourceAsStream(path)) {
      return in == null ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
