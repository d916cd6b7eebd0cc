package dev.halyard;

import org.jspecify.annotations.Nullable;

/**
 * The root of Halyard's own exceptions; all are unchecked, and each says who wanted what, found
 * what, and what to do.
 */
public class HalyardException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message who wanted what, found what, and what to do
   */
  public HalyardException(String message) {
    super(message);
  }

  /**
   * Makes the exception with its cause.
   *
   * @param message who wanted what, found what, and what to do
   * @param cause what led to it
   */
  public HalyardException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
