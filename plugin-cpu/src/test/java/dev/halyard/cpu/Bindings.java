package dev.halyard.cpu;

import java.util.List;

/** Bindings of steps that a test writes itself. */
final class Bindings {
  private Bindings() {}

  static CpuBinding of(CpuCounters counters, Step... steps) {
    return new CpuBinding(steps, OverwrittenInputs.of(List.of(), List.of(), counters));
  }

  /** {@return a binding of one task} */
  static CpuBinding of(CpuDriver driver, Runnable task) {
    return of(
        driver.counters(),
        new Step(1) {
          @Override
          void run(int index, int worker) {
            task.run();
          }
        });
  }
}
