package dev.halyard.cpu;

/**
 * A part of a binding: a number of tasks that may run at the same time, on any threads, after the
 * step before is done. All positions are resolved; running allocates nothing.
 */
abstract class Step {
  private final int tasks;

  Step(int tasks) {
    this.tasks = tasks;
  }

  /** {@return the number of tasks; 0 where there is nothing to do} */
  final int tasks() {
    return tasks;
  }

  /**
   * Runs one task.
   *
   * @param task from 0 to tasks - 1
   * @param worker whose scratch memory to use: no two tasks run with the same worker at a time
   */
  abstract void run(int task, int worker);
}
