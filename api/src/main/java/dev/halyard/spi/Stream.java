package dev.halyard.spi;

import java.lang.foreign.MemorySegment;

/**
 * Runs bindings and copies, in order. One caller at a time: the runtime sees to it.
 *
 * <p>Submissions return tickets, which are positive and grow. Failure is sticky: when one fails,
 * every ticket above {@link #completed} has failed, {@link #await} throws the cause, and the stream
 * takes no more work.
 *
 * <p>Segments of the host are native, and are lent until their ticket has completed: they stay
 * valid, nobody writes what an upload reads, and nobody reads or writes what a download writes, not
 * by other submissions either. So a driver may read them in the call, or in its turn.
 */
public interface Stream extends AutoCloseable {
  /**
   * Runs a binding after everything submitted before, and returns when it is done. Allocates
   * nothing on the Java heap, and is not cut short by an interrupt.
   *
   * @param binding of a program of the same driver
   * @throws dev.halyard.DeviceLostException if the device is gone
   */
  void execute(Binding binding);

  /**
   * Submits a binding.
   *
   * @param binding of a program of the same driver
   * @return its ticket
   */
  long submit(Binding binding);

  /**
   * Submits a copy to the device.
   *
   * @param from host memory
   * @param to of the same size
   * @return its ticket
   */
  long upload(MemorySegment from, MemorySlice to);

  /**
   * Submits a copy from the device.
   *
   * @param from memory of this driver
   * @param to host memory of the same size
   * @return its ticket
   */
  long download(MemorySlice from, MemorySegment to);

  /**
   * Submits a copy within the device.
   *
   * @param from memory of this driver
   * @param to of the same size
   * @return its ticket
   */
  long copy(MemorySlice from, MemorySlice to);

  /**
   * Holds back what is submitted from now on until a ticket of another stream has completed. If
   * that ticket fails, so does everything held back.
   *
   * @param other a stream of the same driver
   * @param ticket one of its tickets
   */
  void waitFor(Stream other, long ticket);

  /**
   * Takes a submission back, if it has not begun. It then completes without effect, in its turn,
   * and touches no memory: what it was bound to may be gone by then.
   *
   * @param ticket of this stream
   * @return whether the submission will have no effect; false where the device cannot tell
   */
  default boolean cancel(long ticket) {
    return false;
  }

  /**
   * {@return the greatest ticket that has completed, with all before it; 0 if none. Any thread may
   * ask.}
   */
  long completed();

  /**
   * Waits for a ticket. Any thread may wait.
   *
   * @param ticket of this stream
   * @param nanos how long to wait at most
   * @return whether it has completed
   * @throws InterruptedException if the thread is interrupted; the work goes on
   * @throws dev.halyard.DeviceLostException if the device is gone
   */
  boolean await(long ticket, long nanos) throws InterruptedException;

  /**
   * Reports how long a completed submission took, as far as is known.
   *
   * @param ticket of this stream
   * @param sink receives the parts
   */
  default void timing(long ticket, TimingSink sink) {}

  /**
   * Waits for what was submitted and frees the stream. After a loss it waits for what still runs if
   * that ends in bounded time, and for nothing else.
   */
  @Override
  void close();
}
