package dev.halyard.tck;

import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/** Ends the process where an area as a whole fails, such as for want of the device. */
final class Aborting implements TestExecutionListener {
  private static final int FAILED = 1;

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (test.isContainer() && result.getStatus() == TestExecutionResult.Status.FAILED) {
      result.getThrowable().ifPresent(Aborting::print);
      Runtime.getRuntime().halt(FAILED);
    }
  }

  /** To standard error, of which the parent process keeps the end. */
  @SuppressWarnings("CatchAndPrintStackTrace")
  private static void print(Throwable thrown) {
    thrown.printStackTrace();
  }
}
