package dev.halyard.cpu;

/** A step for one choice of dimensions, before memory is bound; its text describes it. */
interface StepPlan {
  /** {@return the step in some memory} */
  Step bind(Memory memory);

  /** {@return how many tasks threads may share; 0 where there is nothing to do} */
  int tasks();

  /** {@return the scratch memory that each worker needs, in bytes} */
  default long scratchBytes() {
    return 0;
  }
}
