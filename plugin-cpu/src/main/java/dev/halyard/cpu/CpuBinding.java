package dev.halyard.cpu;

import dev.halyard.spi.Binding;

/** Steps with every position resolved, in order. */
final class CpuBinding implements Binding {
  private final Step[] steps;
  private final boolean parallel;

  private final OverwrittenInputs overwritten;

  CpuBinding(Step[] steps, OverwrittenInputs overwritten) {
    this.steps = steps;
    this.overwritten = overwritten;
    boolean any = false;
    for (Step step : steps) {
      any |= step.tasks() > 1;
    }
    parallel = any;
  }

  /** Runs the steps on this thread, with the team's help if there is work for it and it is free. */
  void run(WorkerTeam team) {
    if (parallel && team.tryAcquire()) {
      try {
        for (Step step : steps) {
          team.run(step);
        }
      } finally {
        team.release();
      }
    } else {
      for (Step step : steps) {
        WorkerTeam.runAlone(step);
      }
    }
  }

  @Override
  public void close() {
    overwritten.close();
  }
}
