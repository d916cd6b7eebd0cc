package dev.halyard;

import org.jspecify.annotations.Nullable;

/** A device has not the memory that was asked for; the device itself is still good. */
public class OutOfDeviceMemoryException extends HalyardException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message who wanted what, found what, and what to do
   */
  public OutOfDeviceMemoryException(String message) {
    super(message);
  }

  /**
   * Makes the exception with its cause.
   *
   * @param message who wanted what, found what, and what to do
   * @param cause what led to it
   */
  public OutOfDeviceMemoryException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
