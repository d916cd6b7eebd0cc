package dev.halyard.tck.report;

import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.run.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.jr.ob.JSON;

/** Writes the files of a report. */
public final class Reports {
  static final String SUMMARY = "summary.json";
  static final String ENVIRONMENT = "environment.json";

  private Reports() {}

  /**
   * Writes the files of a report: {@code summary.json}, {@code environment.json}, {@code
   * index.html}, JUnit XML and Open Test Reporting XML.
   *
   * @param folder where {@code plan.json} and {@code results.jsonl} lie already
   * @param settings what was tested
   * @param environment what was tested, where and when
   * @param plan what was to be done
   * @param results a result per check
   * @return what the run comes to
   * @throws IOException if a file cannot be written
   */
  public static Summary write(
      Path folder,
      Settings settings,
      Map<String, Object> environment,
      Plan plan,
      List<Result> results)
      throws IOException {
    Summary summary = Summary.of(settings, environment, plan, results);
    writeJson(folder.resolve(ENVIRONMENT), environment);
    Files.writeString(
        folder.resolve("index.html"), Page.of(settings, summary, plan, environment, results));
    JunitXml.write(folder.resolve("TEST-halyard-tck.xml"), suite(summary), results);
    OpenTestReports.write(folder, results);
    writeJson(folder.resolve(SUMMARY), summary.toMap());
    return summary;
  }

  /** What build servers show of a run. */
  private static String suite(Summary summary) {
    return "Halyard TCK, "
        + summary.deviceText()
        + ", "
        + summary.profile().toLowerCase(Locale.ROOT)
        + (summary.isolated() ? ", isolated" : "");
  }

  private static void writeJson(Path file, Map<String, Object> content) throws IOException {
    Files.writeString(
        file, JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(content) + "\n");
  }
}
