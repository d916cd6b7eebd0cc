package dev.halyard.tck.run;

import dev.halyard.tck.check.Area;
import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.check.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Runs checks of an area again that noise alone kept from a required answer, when all others are
 * done: noise comes in bursts, and one that outlasts a check's own tries is often over by then. The
 * limits are the same, and a check of which any try said FAIL is not retried.
 */
final class Retries {
  private static final int MOST = 2;

  private final Area area;
  private final Settings settings;
  private final Path folder;
  private final Consumer<Result> progress;
  private final AreaRun.Launch launch;
  private final Map<String, Result> latest = new LinkedHashMap<>();

  /**
   * Prepares retries.
   *
   * @param area whose checks they are
   * @param settings which device
   * @param folder where logs are kept
   * @param progress told of what comes of every retry
   * @param launch starts a process
   */
  Retries(
      Area area, Settings settings, Path folder, Consumer<Result> progress, AreaRun.Launch launch) {
    this.area = area;
    this.settings = settings;
    this.folder = folder;
    this.progress = progress;
    this.launch = launch;
  }

  /**
   * {@return the results of an area, those of retries in the place of those before}
   *
   * @param found the results
   */
  List<Result> run(List<Result> found) throws IOException, InterruptedException {
    List<Result> results = found;
    for (int i = 1; i <= MOST && results.stream().anyMatch(Result::wantsRetry); i++) {
      results = retry(results, area + "-retry" + i);
    }
    return results;
  }

  private List<Result> retry(List<Result> before, String name)
      throws IOException, InterruptedException {
    latest.clear();
    before.forEach(result -> latest.put(result.id(), result));
    List<String> open =
        before.stream().filter(Result::wantsRetry).map(Result::id).distinct().toList();
    List<String> closed = latest.keySet().stream().filter(id -> !open.contains(id)).toList();
    AreaRun again = new AreaRun(area, settings, open, closed, name, folder, this::take, launch);
    again.runShare();
    again.life().filter(life -> life.verdict() != Verdict.PASS).ifPresent(this::take);
    List<Result> results = new ArrayList<>();
    before.forEach(result -> results.add(latest.getOrDefault(result.id(), result)));
    before.forEach(result -> latest.remove(result.id()));
    results.addAll(latest.values());
    return results;
  }

  private void take(Result result) {
    Result before = latest.get(result.id());
    Result retried = before == null ? result : result.retryOf(before);
    latest.put(retried.id(), retried);
    progress.accept(retried);
  }
}
