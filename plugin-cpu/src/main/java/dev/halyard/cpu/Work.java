package dev.halyard.cpu;

/** How work is cut into tasks. */
final class Work {
  // About 10 us of one core: ten times what a fork and join costs when the workers are awake.
  private static final long WORTH_A_TASK = 32_768;

  private Work() {}

  /**
   * {@return into how many tasks to cut some work}
   *
   * @param units how many simple operations on an element it takes
   * @param pieces how many pieces it can be cut into at most
   * @param workers how many threads there are
   */
  static int tasks(double units, long pieces, int workers) {
    if (pieces <= 0) {
      return 0;
    }
    long worth = (long) Math.min(units / WORTH_A_TASK, 1L << 30);
    // Twice as many tasks as workers, so that a worker that comes late costs half a share at most.
    return (int) Math.clamp(worth, 1, Math.min(pieces, workers == 1 ? 1 : 2L * workers));
  }

  /** {@return where a task begins, of pieces spread evenly over tasks} */
  static long begin(long pieces, int tasks, int task) {
    return pieces / tasks * task + Math.min(task, pieces % tasks);
  }
}
