package dev.halyard.tck.run;

import dev.halyard.tck.check.Area;
import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Puts a device to every check. */
public final class Kit {
  private Kit() {}

  /**
   * Runs the areas one after the other, and writes {@code results.jsonl} and the logs of the
   * processes.
   *
   * @param settings which device, and how thoroughly
   * @param areas which areas
   * @param report a folder, made if absent; what a run left there before is replaced
   * @param progress told of every result, in order
   * @return a result per check
   * @throws IOException if the folder cannot be written, or no process can be started
   * @throws InterruptedException if interrupted; the process under way is ended
   */
  public static List<Result> run(
      Settings settings, Set<Area> areas, Path report, Consumer<Result> progress)
      throws IOException, InterruptedException {
    Path logs = Files.createDirectories(report.toAbsolutePath()).resolve("logs");
    delete(logs);
    Files.createDirectories(logs);
    List<Result> results = new ArrayList<>();
    for (Area area : Area.values()) {
      if (areas.contains(area)) {
        results.addAll(new AreaRun(area, settings, logs, progress).run());
        ResultLog.write(report.resolve("results.jsonl"), results);
      }
    }
    return results;
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
