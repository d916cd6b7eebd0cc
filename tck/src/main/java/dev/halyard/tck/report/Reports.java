package dev.halyard.tck.report;

import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Settings;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import tools.jackson.jr.ob.JSON;

/** Writes the files of a report. */
public final class Reports {
  private Reports() {}

  /**
   * Writes the files of a report: {@code summary.json}, {@code environment.json}, {@code
   * index.html}, JUnit XML and Open Test Reporting XML.
   *
   * @param folder where {@code results.jsonl} lies already
   * @param settings what was tested
   * @param environment what was tested, where and when
   * @param results a result per check
   * @return what the run comes to
   * @throws IOException if a file cannot be written
   */
  public static Summary write(
      Path folder, Settings settings, Map<String, Object> environment, List<Result> results)
      throws IOException {
    Summary summary = Summary.of(settings, results);
    writeJson(folder.resolve("environment.json"), environment);
    Files.writeString(folder.resolve("index.html"), Page.of(summary, environment, results));
    deleteOpenTestReports(folder);
    JunitXml.write(folder.resolve("TEST-halyard-tck.xml"), results);
    OpenTestReports.write(folder, results);
    writeJson(folder.resolve("summary.json"), summary.toMap());
    return summary;
  }

  private static void writeJson(Path file, Map<String, Object> content) throws IOException {
    Files.writeString(
        file, JSON.std.with(JSON.Feature.PRETTY_PRINT_OUTPUT).asString(content) + "\n");
  }

  /** Their names hold a random number, so that those of an earlier run would stay. */
  private static void deleteOpenTestReports(Path folder) throws IOException {
    try (DirectoryStream<Path> old =
        Files.newDirectoryStream(folder, "{junit-platform-events,open-test-report}*.xml")) {
      for (Path file : old) {
        Files.delete(file);
      }
    }
  }
}
