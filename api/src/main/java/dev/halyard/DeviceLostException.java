package dev.halyard;

import org.jspecify.annotations.Nullable;

/**
 * A device is gone: its kernels and device memory are dead for good. Halyard.reopen starts it
 * again.
 */
public class DeviceLostException extends HalyardException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message who wanted what, found what, and what to do
   */
  public DeviceLostException(String message) {
    super(message);
  }

  /**
   * Makes the exception with its cause.
   *
   * @param message who wanted what, found what, and what to do
   * @param cause what led to it
   */
  public DeviceLostException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
