package dev.halyard;

/**
 * A kernel with its memory bound, ready to run again and again.
 *
 * <p>A submission that conflicts with another in flight is refused; a running {@link #execute()} is
 * not seen by other threads, whose business it is not to share its tensors meanwhile.
 *
 * <p>Not safe for use by several threads: a call that meets another in flight throws {@link
 * IllegalStateException} and changes nothing. At most one submission is in flight; pipelines are
 * several invocations chained by {@link #submit(Completion)}. Not for implementation outside
 * Halyard.
 */
public interface Invocation extends AutoCloseable {
  /**
   * Runs and returns when the outputs are written. The hot path: nothing is allocated, looked up or
   * compiled. Not cut short by an interrupt.
   *
   * @throws IllegalStateException if this is closed or in flight, an arena is closed, or another
   *     submission in flight uses the same tensors in conflict
   * @throws DeviceLostException if the device is gone
   */
  void execute();

  /**
   * Runs one of the variants that the invocation was prepared with.
   *
   * @param variant the index among the arguments of {@link InvocationBuilder#prepare}
   * @throws IndexOutOfBoundsException if there is no such variant
   * @throws IllegalStateException as for {@link #execute()}
   * @throws DeviceLostException if the device is gone
   */
  void execute(int variant);

  /**
   * Starts a run and returns.
   *
   * @return what tells of its end; at most 128 bytes are allocated
   * @throws IllegalStateException as for {@link #execute()}
   * @throws DeviceLostException if the device is gone
   */
  Completion submit();

  /**
   * Starts a run that begins when another has ended. If that one fails or is cancelled, so is this.
   *
   * @param after a completion of the same runtime
   * @return what tells of its end
   * @throws IllegalStateException as for {@link #execute()}; use of the tensors of {@code after} is
   *     no conflict
   * @throws DeviceLostException if the device is gone
   */
  Completion submit(Completion after);

  /** Waits for a run in flight, then frees what the invocation holds. Harmless when repeated. */
  @Override
  void close();
}
