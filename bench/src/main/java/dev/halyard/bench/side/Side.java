package dev.halyard.bench.side;

/** One case, ready to run by one implementation. One thread uses it. */
public interface Side extends AutoCloseable {
  /** {@return what runs the case: name, version, threads; a line} */
  String description();

  /** Runs the case once and returns when its result is there. */
  void run();

  /** {@return the result of the last run} */
  float[] output();

  /** Frees what it holds. */
  @Override
  void close();
}
