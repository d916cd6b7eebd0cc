package dev.halyard;

import java.time.Duration;

/**
 * The end of a submission. Safe for use by several threads. Not for implementation outside Halyard.
 */
public interface Completion {
  /** {@return whether the run has ended: well, by an error, or cancelled} */
  boolean isDone();

  /**
   * Waits for the end.
   *
   * @throws InterruptedException if the thread is interrupted; the run goes on
   * @throws java.util.concurrent.CancellationException if the run was cancelled
   * @throws DeviceLostException if the device was lost
   * @throws HalyardException if the run failed
   */
  void await() throws InterruptedException;

  /**
   * Waits for the end, for a time.
   *
   * @param timeout how long at most
   * @return whether the run has ended
   * @throws InterruptedException if the thread is interrupted; the run goes on
   * @throws java.util.concurrent.CancellationException if the run was cancelled
   * @throws DeviceLostException if the device was lost
   * @throws HalyardException if the run failed
   */
  boolean await(Duration timeout) throws InterruptedException;

  /**
   * Takes the run back, if it has not begun.
   *
   * @return whether it will not run
   */
  boolean cancel();

  /** {@return whether the run was cancelled} */
  boolean isCancelled();
}
