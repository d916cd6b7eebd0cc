package dev.halyard.tck.run;

import dev.halyard.tck.check.Area;
import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Settings;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.jr.ob.JSON;

/** Puts a device to every check. */
public final class Kit {
  /** The results of a run, a JSON object a line. */
  public static final String RESULTS = "results.jsonl";

  /** What a run was to do. */
  public static final String PLAN = "plan.json";

  /** The files of a report, of whatever run; the names of some hold a random number. */
  private static final String FILES =
      "{results.jsonl,plan.json,summary.json,environment.json,index.html,TEST-halyard-tck.xml,"
          + "open-test-report*.xml,junit-platform-events*.xml}";

  private Kit() {}

  /**
   * Runs what is planned, area by area, and writes {@code plan.json}, {@code results.jsonl} and the
   * logs of the processes.
   *
   * @param settings which device, and how thoroughly
   * @param jobs how many processes share the numerical area; the others run in one each
   * @param plan the checks that are to run; one that does not run counts as crashed
   * @param report a folder, made if absent; the report that a run left there before is deleted
   * @param progress told of every result, in order, and of retries once more
   * @return a result per check
   * @throws IOException if the folder cannot be written, or no process can be started
   * @throws InterruptedException if interrupted; the process under way is ended
   */
  public static List<Result> run(
      Settings settings, int jobs, Plan plan, Path report, Consumer<Result> progress)
      throws IOException, InterruptedException {
    Path logs = clear(report);
    writePlan(report, plan);
    List<Result> results = new ArrayList<>();
    for (Area area : plan.areas()) {
      List<String> planned = plan.of(area);
      AreaRun.Launch worker = AreaRun.worker(area);
      List<Result> found =
          jobs > 1 && area == Area.NUMERICAL && planned.size() > 1
              ? new SharedRun(area, settings, planned, jobs, logs, progress, worker).run()
              : new AreaRun(area, settings, planned, logs, progress, worker).run();
      ResultLog.write(
          report.resolve(RESULTS), Stream.concat(results.stream(), found.stream()).toList());
      results.addAll(new Retries(area, settings, logs, progress, worker).run(found));
      ResultLog.write(report.resolve(RESULTS), results);
    }
    return results;
  }

  /**
   * Runs areas whose checks nobody listed before, as tests of the kit do: a check that is left out
   * goes unseen.
   *
   * @param settings which device, and how thoroughly
   * @param areas which areas
   * @param report a folder, made if absent; the report that a run left there before is deleted
   * @param progress told of every result, in order
   * @return a result per check
   * @throws IOException if the folder cannot be written, or no process can be started
   * @throws InterruptedException if interrupted; the process under way is ended
   */
  public static List<Result> run(
      Settings settings, Set<Area> areas, Path report, Consumer<Result> progress)
      throws IOException, InterruptedException {
    Map<Area, List<String>> checks = new EnumMap<>(Area.class);
    areas.forEach(area -> checks.put(area, List.of()));
    return run(settings, 1, Plan.of(checks), report, progress);
  }

  /**
   * Writes the results of a run that ended before anything could be planned.
   *
   * @param report a folder, as for {@link #run(Settings, int, Plan, Path, Consumer)}
   * @param results what is known
   * @return the plan, which is empty
   * @throws IOException if the folder cannot be written
   */
  public static Plan record(Path report, List<Result> results) throws IOException {
    clear(report);
    Plan plan = Plan.of(Map.of());
    writePlan(report, plan);
    ResultLog.write(report.resolve(RESULTS), results);
    return plan;
  }

  private static void writePlan(Path report, Plan plan) throws IOException {
    Files.writeString(report.resolve(PLAN), JSON.std.asString(plan.toMap()) + "\n");
  }

  /** {@return an empty folder for logs} */
  private static Path clear(Path report) throws IOException {
    Path logs = Files.createDirectories(report.toAbsolutePath()).resolve("logs");
    try (DirectoryStream<Path> old = Files.newDirectoryStream(report, FILES)) {
      for (Path file : old) {
        Files.delete(file);
      }
    }
    delete(logs);
    return Files.createDirectories(logs);
  }

  static void delete(Path folder) throws IOException {
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
