package dev.halyard.tck.report;

import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.jr.ob.JSON;

/** Writes the files of a report. */
public final class Reports {
  private Reports() {}

  /**
   * Writes the files of a report.
   *
   * @param folder where {@code results.jsonl} lies already
   * @param settings what was tested
   * @param results a result per check
   * @return what the run comes to
   * @throws IOException if a file cannot be written
   */
  public static Summary write(Path folder, Settings settings, List<Result> results)
      throws IOException {
    Summary summary = Summary.of(settings, results);
    Files.writeString(folder.resolve("summary.json"), JSON.std.asString(summary.toMap()) + "\n");
    return summary;
  }
}
