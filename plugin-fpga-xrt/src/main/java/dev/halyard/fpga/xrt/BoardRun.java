package dev.halyard.fpga.xrt;

import dev.halyard.DeviceLostException;
import dev.halyard.PluginException;

/**
 * Executions of a kernel, one after another: arguments keep their values from one to the next, and
 * are changed in between. While one is under way, setting an argument or starting another throws
 * IllegalStateException.
 */
public interface BoardRun extends AutoCloseable {
  /**
   * Sets a buffer argument.
   *
   * @param argument its number, from 0
   * @param value a buffer of the same board
   * @throws IllegalArgumentException if it is of another
   * @throws PluginException if the kernel has no such argument
   */
  void set(int argument, BoardBuffer value);

  /**
   * Sets a scalar argument of 32 bits.
   *
   * @param argument its number, from 0
   * @param value what the kernel gets
   * @throws PluginException if the kernel has no such argument
   */
  void set(int argument, int value);

  /**
   * Sets a scalar argument of 64 bits.
   *
   * @param argument its number, from 0
   * @param value what the kernel gets
   * @throws PluginException if the kernel has no such argument
   */
  void set(int argument, long value);

  /**
   * Names what to do whenever an execution completes. It is called on a thread of the driver's,
   * which it must not hold up, before or after a waiting thread goes on. What it throws is logged.
   *
   * @param action what to do, in place of what was named before
   */
  void onCompletion(Runnable action);

  /** Starts an execution. */
  void start();

  /**
   * {@return whether no execution is under way}
   *
   * @throws DeviceLostException if the last one has failed
   */
  boolean isDone();

  /**
   * Waits for the execution under way.
   *
   * @param millis how long at most; 0 or less looks and returns
   * @return whether none is under way any more
   * @throws DeviceLostException if it has failed
   */
  boolean await(long millis);

  /**
   * Waits for the execution under way, which has to end in time.
   *
   * @param millis how long it may take
   * @throws DeviceLostException if it has failed, or goes on
   */
  default void join(long millis) {
    if (!await(millis)) {
      throw new DeviceLostException(
          this + " did not complete within " + millis + " ms; reopen the device");
    }
  }

  /** Closes the run, after a short wait for the execution under way. */
  @Override
  void close();
}
