package dev.halyard.cpu;

/**
 * A step over pieces that do not depend on each other.
 *
 * @param text what it does
 * @param pieces how many pieces there are
 * @param units how many simple operations on an element they take together
 * @param workers how many threads there are
 * @param scratchBytes the scratch memory that each worker needs
 * @param binder resolves the memory
 */
record RangePlan(
    String text, long pieces, double units, int workers, long scratchBytes, Binder binder)
    implements StepPlan {

  RangePlan(String text, long pieces, double units, int workers, Binder binder) {
    this(text, pieces, units, workers, 0, binder);
  }

  /** Runs the pieces from one to another. */
  @FunctionalInterface
  interface Body {
    /** Runs pieces [from, to) with the scratch memory of a worker. */
    void run(long from, long to, int worker);
  }

  /** Resolves the memory of a step. */
  @FunctionalInterface
  interface Binder {
    /** {@return what runs in some memory} */
    Body bind(Memory memory);
  }

  @Override
  public Step bind(Memory memory) {
    Body body = binder.bind(memory);
    int tasks = tasks();
    return new Step(tasks) {
      @Override
      void run(int task, int worker) {
        body.run(Work.begin(pieces, tasks, task), Work.begin(pieces, tasks, task + 1), worker);
      }
    };
  }

  @Override
  public int tasks() {
    return Work.tasks(units, pieces, workers);
  }

  @Override
  public String toString() {
    return text;
  }
}
