package dev.halyard.examples;

/** Hears how far a step has come. */
@FunctionalInterface
public interface Progress {
  /** Hears and does nothing. */
  Progress NONE = (step, done, total) -> {};

  /**
   * Receives how far a step has come.
   *
   * @param step what is being done
   * @param done how much of it is done
   * @param total how much there is to do
   */
  void at(String step, int done, int total);
}
