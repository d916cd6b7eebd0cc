package dev.halyard.tck.run;

import dev.halyard.tck.check.Area;
import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.check.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Runs an area in several processes at once, each with its share of the checks. That is for areas
 * that take no times and count nothing of the whole machine.
 */
final class SharedRun {
  private final List<String> planned;
  private final List<AreaRun> shares = new ArrayList<>();
  private final Consumer<Result> progress;

  /**
   * Deals an area's checks out in turn, since neighbours take about as long.
   *
   * @param area what to run
   * @param settings which device
   * @param planned the ids of the checks that are to run
   * @param jobs how many processes run at once
   * @param folder where logs are kept
   * @param progress told of every result, by one thread at a time
   * @param launch starts a process
   */
  SharedRun(
      Area area,
      Settings settings,
      List<String> planned,
      int jobs,
      Path folder,
      Consumer<Result> progress,
      AreaRun.Launch launch) {
    this.planned = planned.stream().filter(id -> !id.equals(AreaRun.lives(area))).toList();
    this.progress = progress;
    for (int share = 0; share < Math.min(jobs, this.planned.size()); share++) {
      List<String> own = new ArrayList<>();
      List<String> others = new ArrayList<>();
      for (int i = 0; i < this.planned.size(); i++) {
        (i % jobs == share ? own : others).add(this.planned.get(i));
      }
      String name = area + "-share" + (share + 1);
      shares.add(new AreaRun(area, settings, own, others, name, folder, this::progressed, launch));
    }
  }

  private synchronized void progressed(Result result) {
    progress.accept(result);
  }

  /**
   * {@return a result per check in the order of the plan, and that of the area's processes: of one
   * that broke, if any did}
   */
  List<Result> run() throws IOException, InterruptedException {
    List<Result> results = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(shares.size())) {
      List<Callable<List<Result>>> tasks = new ArrayList<>();
      shares.forEach(share -> tasks.add(share::runShare));
      // An interruption reaches the shares, which end their processes.
      for (Future<List<Result>> share : threads.invokeAll(tasks)) {
        results.addAll(result(share));
      }
    }
    Map<String, Integer> places = new HashMap<>();
    planned.forEach(id -> places.put(id, places.size()));
    results.sort(Comparator.comparingInt(result -> places.getOrDefault(result.id(), -1)));
    life()
        .ifPresent(
            result -> {
              results.add(result);
              progressed(result);
            });
    return results;
  }

  private static List<Result> result(Future<List<Result>> share)
      throws IOException, InterruptedException {
    try {
      return share.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new IllegalStateException("a share of an area failed", e.getCause());
    }
  }

  private Optional<Result> life() {
    return shares.stream()
        .map(AreaRun::life)
        .flatMap(Optional::stream)
        .max(Comparator.comparing(result -> result.verdict() != Verdict.PASS));
  }
}
