package dev.halyard.cli;

import dev.halyard.Halyard;

/** The runtime that all commands of a process share. */
final class StandardRuntime {
  private StandardRuntime() {}

  /**
   * {@return the runtime}
   *
   * @throws RuntimeException what kept it from opening, as it was thrown
   */
  static Halyard get() {
    try {
      return Halyard.standard();
    } catch (ExceptionInInitializerError e) {
      if (e.getCause() instanceof RuntimeException reason) {
        throw reason;
      }
      throw e;
    }
  }
}
