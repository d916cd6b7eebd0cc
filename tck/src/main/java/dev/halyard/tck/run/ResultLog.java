package dev.halyard.tck.run;

import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.jr.ob.JSON;

/**
 * A file of what happened, a JSON object a line: a check's start, and its result. Written line by
 * line, so that it tells which check was running when a process died.
 */
public final class ResultLog {
  /** The property that names the file; nothing is written where it is not set. */
  public static final String PROPERTY = "halyard.tck.log";

  private final Path file;

  ResultLog(Path file) {
    this.file = file;
  }

  /**
   * {@return the result that a line tells of}
   *
   * @param line a line of results.jsonl
   * @throws IllegalArgumentException if it is no result
   */
  public static Result parse(String line) {
    try {
      Map<String, Object> members = JSON.std.mapFrom(line);
      return result(members);
    } catch (JacksonException | ClassCastException | NullPointerException e) {
      throw new IllegalArgumentException("is no result: " + e.getMessage(), e);
    }
  }

  static Result result(Map<String, Object> line) {
    @SuppressWarnings("unchecked")
    Map<String, Object> data = (Map<String, Object>) line.getOrDefault("data", Map.of());
    return new Result(
        text(line, "id"),
        text(line, "rule"),
        text(line, "op"),
        text(line, "dtype"),
        Boolean.TRUE.equals(line.get("required")),
        Verdict.valueOf(text(line, "verdict")),
        text(line, "message"),
        number(line, "seed"),
        number(line, "millis"),
        data);
  }

  private static String text(Map<String, Object> line, String name) {
    return String.valueOf(line.getOrDefault(name, ""));
  }

  private static long number(Map<String, Object> line, String name) {
    return ((Number) line.getOrDefault(name, 0)).longValue();
  }

  void started(Check check) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("start", check.id());
    line.put("limit", check.limit().toSeconds());
    write(line);
  }

  void finished(Result result) {
    write(toMap(result));
  }

  static Map<String, Object> toMap(Result result) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("id", result.id());
    line.put("rule", result.rule());
    line.put("op", result.op());
    line.put("dtype", result.dtype());
    line.put("required", result.required());
    line.put("verdict", result.verdict().name());
    line.put("message", result.message());
    line.put("seed", result.seed());
    line.put("millis", result.millis());
    line.put("data", result.data());
    return line;
  }

  /** Writes results in the order given, a line each. */
  static void write(Path file, List<Result> results) throws IOException {
    List<String> lines = new ArrayList<>();
    for (Result result : results) {
      lines.add(JSON.std.asString(toMap(result)));
    }
    Files.write(file, lines);
  }

  private synchronized void write(Map<String, Object> line) {
    try {
      Files.writeString(
          file,
          JSON.std.asString(line) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
