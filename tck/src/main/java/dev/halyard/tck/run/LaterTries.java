package dev.halyard.tck.run;

import dev.halyard.tck.check.Area;
import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.check.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Tries the checks of an area that must have an answer and came to none again, after all others:
 * noise comes in bursts, and one that outlasts a check's own tries is often over by then. Only what
 * is open is tried, and by the same limits; a check that fails stays failed.
 */
final class LaterTries {
  private static final int TRIES = 2;

  private final Area area;
  private final Settings settings;
  private final Path folder;
  private final Consumer<Result> progress;
  private final AreaRun.Launch launch;
  private final Map<String, Result> results = new LinkedHashMap<>();

  /**
   * Prepares later tries.
   *
   * @param area whose checks they are
   * @param settings which device
   * @param folder where logs are kept
   * @param progress told of every later result
   * @param launch starts a process
   */
  LaterTries(
      Area area, Settings settings, Path folder, Consumer<Result> progress, AreaRun.Launch launch) {
    this.area = area;
    this.settings = settings;
    this.folder = folder;
    this.progress = progress;
    this.launch = launch;
  }

  /**
   * {@return the latest result of each check, in the order they had}
   *
   * @param found the results of the area
   */
  List<Result> run(List<Result> found) throws IOException, InterruptedException {
    found.forEach(result -> results.put(result.id(), result));
    for (int i = 1; i <= TRIES; i++) {
      List<String> open = open();
      if (open.isEmpty()) {
        break;
      }
      List<String> closed = results.keySet().stream().filter(id -> !open.contains(id)).toList();
      String name = area + "-again" + i;
      AreaRun again = new AreaRun(area, settings, open, closed, name, folder, this::take, launch);
      again.runShare();
      again.life().filter(life -> life.verdict() != Verdict.PASS).ifPresent(this::take);
    }
    return List.copyOf(results.values());
  }

  private List<String> open() {
    return results.values().stream()
        .filter(result -> result.required() && result.verdict() == Verdict.INCONCLUSIVE)
        .map(Result::id)
        .toList();
  }

  private void take(Result result) {
    Result before = results.get(result.id());
    Result latest = before == null ? result : result.after(before);
    results.put(latest.id(), latest);
    progress.accept(latest);
  }
}
