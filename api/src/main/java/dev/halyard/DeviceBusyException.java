package dev.halyard;

import org.jspecify.annotations.Nullable;

/** A device is in use by somebody else and cannot be shared. */
public class DeviceBusyException extends HalyardException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message who wanted what, found what, and what to do
   */
  public DeviceBusyException(String message) {
    super(message);
  }

  /**
   * Makes the exception with its cause.
   *
   * @param message who wanted what, found what, and what to do
   * @param cause what led to it
   */
  public DeviceBusyException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
