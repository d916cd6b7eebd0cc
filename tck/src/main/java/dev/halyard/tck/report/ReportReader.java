package dev.halyard.tck.report;

import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.run.Kit;
import dev.halyard.tck.run.Plan;
import dev.halyard.tck.run.ResultLog;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.jr.ob.JSON;

/** Reads the files of a report that may be damaged: whatever is wrong with them is a problem. */
final class ReportReader {
  private final Map<String, byte[]> files;
  private final List<String> problems;

  /**
   * What a report says.
   *
   * @param settings what was tested, as the summary has it
   * @param plan what was to be done
   * @param results what became of it, without what checks recorded
   * @param summary summary.json
   * @param environment environment.json
   */
  record Report(
      Settings settings,
      Plan plan,
      List<Result> results,
      Map<String, Object> summary,
      Map<String, Object> environment) {}

  /**
   * Makes a reader.
   *
   * @param files the content of the files by name
   * @param problems receives what is wrong with them
   */
  ReportReader(Map<String, byte[]> files, List<String> problems) {
    this.files = files;
    this.problems = problems;
  }

  /** {@return what the report says; null if a file that it is nothing without cannot be read} */
  @Nullable Report read() {
    for (String needed : Archive.NEEDED) {
      if (!files.containsKey(needed)) {
        problems.add("without " + needed + " nothing can be checked");
        return null;
      }
    }
    Map<String, Object> summary = object(Reports.SUMMARY);
    Settings settings = orProblem(Reports.SUMMARY, () -> settings(summary));
    Map<String, Object> planned = object(Kit.PLAN);
    Plan plan = orProblem(Kit.PLAN, () -> Plan.from(planned));
    List<Result> results = results();
    Map<String, Object> environment = object(Reports.ENVIRONMENT);
    return settings == null || plan == null
        ? null
        : new Report(settings, plan, results, summary, environment);
  }

  /** {@return the members of a file; none if it cannot be read} */
  Map<String, Object> object(String name) {
    String json = new String(files.getOrDefault(name, new byte[0]), StandardCharsets.UTF_8);
    Map<String, Object> read = orProblem(name, () -> JSON.std.mapFrom(json));
    return read == null ? Map.of() : read;
  }

  private <T> @Nullable T orProblem(String what, Supplier<T> read) {
    try {
      return read.get();
    } catch (JacksonException
        | IllegalArgumentException
        | ClassCastException
        | NullPointerException e) {
      problems.add(what + " is damaged: " + e.getMessage());
      return null;
    }
  }

  private static Settings settings(Map<String, Object> summary) {
    List<String> rules =
        ((List<?>) summary.getOrDefault("rules", List.of())).stream().map(String::valueOf).toList();
    String only = String.valueOf(summary.getOrDefault("only", ""));
    return new Settings(
        String.valueOf(summary.get("device")),
        null,
        null,
        Settings.Profile.valueOf(String.valueOf(summary.get("profile"))),
        Boolean.TRUE.equals(summary.get("tight")),
        ((Number) summary.getOrDefault("seed", "none")).longValue(),
        only.isEmpty() ? null : only,
        rules,
        Boolean.TRUE.equals(summary.get("isolated")));
  }

  private List<Result> results() {
    byte[] bytes = files.getOrDefault(Kit.RESULTS, new byte[0]);
    List<Result> results = new ArrayList<>();
    int line = 1;
    int start = 0;
    for (int end = 0; end < bytes.length; end++) {
      if (bytes[end] == '\n') {
        String text = new String(bytes, start, end - start, StandardCharsets.UTF_8);
        Result result =
            orProblem(Kit.RESULTS + " line " + line, () -> withoutData(ResultLog.parse(text)));
        if (result != null) {
          results.add(result);
        }
        start = end + 1;
        line++;
      }
    }
    if (start < bytes.length) {
      problems.add(Kit.RESULTS + " ends in the middle of line " + line);
    }
    return results;
  }

  /** Raw samples are most of a result, and no part of the verdict. */
  private static Result withoutData(Result result) {
    return new Result(
        result.id(),
        result.rule(),
        result.op(),
        result.dtype(),
        result.required(),
        result.verdict(),
        result.message(),
        result.seed(),
        result.millis(),
        Map.of());
  }
}
