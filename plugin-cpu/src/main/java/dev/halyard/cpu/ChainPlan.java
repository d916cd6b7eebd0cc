package dev.halyard.cpu;

/**
 * An elementwise chain as a step.
 *
 * @param chain what to compute
 * @param elements how many elements
 * @param workers how many threads there are
 */
record ChainPlan(Chain chain, long elements, int workers) implements StepPlan {
  @Override
  public Step bind(Memory memory) {
    ChainRunner runner = new ChainRunner(chain, memory, 0);
    int tasks = tasks();
    return new Step(tasks) {
      @Override
      void run(int task, int worker) {
        long from = Work.begin(elements, tasks, task);
        runner.range(worker, from, Work.begin(elements, tasks, task + 1));
      }
    };
  }

  @Override
  public int tasks() {
    return Work.tasks((double) elements * chain.cost, elements, workers);
  }

  @Override
  public long scratchBytes() {
    return chain.scratchBytes();
  }

  @Override
  public String toString() {
    return "elementwise, " + elements + " elements in blocks of " + Chain.BLOCK + ": " + chain;
  }
}
