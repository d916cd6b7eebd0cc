package dev.halyard.cli;

/** What the process exits with. */
final class ExitCode {
  static final int DONE = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int INCONCLUSIVE = 3;

  private ExitCode() {}
}
