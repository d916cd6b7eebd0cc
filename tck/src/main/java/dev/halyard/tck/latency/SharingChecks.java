package dev.halyard.tck.latency;

import dev.halyard.Graph;
import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.Trial;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongFunction;

/** Several submitters against the same work in series (L-105). */
final class SharingChecks {
  private static final int SUBMITTERS = 4;
  private static final int RUNS = 1;
  private static final double LIMIT = 1.1;

  private SharingChecks() {}

  static void addTo(List<Check> checks) {
    RatioChecks.add(checks, "L-105", "4 submitters", SharingChecks::makespan);
  }

  private static void makespan(Trial trial) throws Exception {
    LongFunction<Graph> family = Workloads.claimedComputing(trial);
    long size = Math.max(1, Workloads.size(trial, family) / 2);
    List<Rig> rigs = new ArrayList<>();
    try (ExecutorService pool = Executors.newFixedThreadPool(SUBMITTERS)) {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int i = 0; i < SUBMITTERS; i++) {
        Rig rig = Rig.open(trial.subject(), family.apply(size), trial.random());
        rigs.add(rig);
        tasks.add(() -> run(rig));
      }
      RatioChecks.judge(
          trial,
          () -> {
            long start = System.nanoTime();
            for (Future<Void> task : pool.invokeAll(tasks)) {
              task.get();
            }
            return System.nanoTime() - start;
          },
          () -> {
            long start = System.nanoTime();
            for (Callable<Void> task : tasks) {
              task.call();
            }
            return System.nanoTime() - start;
          },
          LIMIT,
          false);
    } finally {
      rigs.reversed().forEach(Rig::close);
    }
  }

  private static Void run(Rig rig) {
    for (int i = 0; i < RUNS; i++) {
      rig.time();
    }
    return null;
  }
}
