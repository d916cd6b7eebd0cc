package dev.halyard;

import org.jspecify.annotations.Nullable;

/**
 * An arena could not be drained in time; its memory stays allocated, and close may be called again.
 */
public class ArenaBusyException extends HalyardException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message who wanted what, found what, and what to do
   */
  public ArenaBusyException(String message) {
    super(message);
  }

  /**
   * Makes the exception with its cause.
   *
   * @param message who wanted what, found what, and what to do
   * @param cause what led to it
   */
  public ArenaBusyException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
