package dev.halyard;

import org.jspecify.annotations.Nullable;

/** A device refuses part of a graph, and falling back was not allowed or not possible. */
public class UnsupportedOnDeviceException extends HalyardException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message who wanted what, found what, and what to do
   */
  public UnsupportedOnDeviceException(String message) {
    super(message);
  }

  /**
   * Makes the exception with its cause.
   *
   * @param message who wanted what, found what, and what to do
   * @param cause what led to it
   */
  public UnsupportedOnDeviceException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
