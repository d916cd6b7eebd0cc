package dev.halyard.cpu;

import java.util.List;

/**
 * The steps of a program for one choice of dimensions.
 *
 * @param steps in order
 * @param parts which steps each region became
 * @param scratchAt where scratch memory begins, after values and temporaries
 * @param scratchBytes how much each worker needs
 * @param workers how many there are
 */
record Schedule(
    List<StepPlan> steps, List<Part> parts, long scratchAt, long scratchBytes, int workers) {
  /**
   * The steps of a region.
   *
   * @param region its name
   * @param from its first step
   * @param to one past its last step
   */
  record Part(String region, int from, int to) {}

  /** {@return the size of the workspace} */
  long workspaceBytes() {
    return scratchAt + scratchBytes * workers;
  }

  private static String tasks(StepPlan step) {
    int tasks = step.tasks();
    return tasks == 1 ? " [one task]" : " [" + tasks + " tasks]";
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      text.append(part.region()).append('\n');
      for (StepPlan step : steps.subList(part.from(), part.to())) {
        text.append("  ").append(step).append(tasks(step)).append('\n');
      }
    }
    return text.toString();
  }
}
