package dev.halyard.spi;

/**
 * What the conformance kit looks at; for drivers that declare LOSS_INJECTION or want to be checked
 * for leaks.
 */
public interface TestHooks {
  /**
   * Makes the device fail as if it were gone.
   *
   * @param ticket the submission, counted over all streams from now, that does not complete
   */
  void loseAt(long ticket);

  /** {@return the native memory that the driver holds, in bytes} */
  long nativeBytes();

  /** {@return the native handles that the driver holds} */
  long handles();

  /** {@return the threads that the driver has started and not ended} */
  long threads();

  /** {@return how many compilations the driver has carried out} */
  long compiles();
}
