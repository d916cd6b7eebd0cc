package dev.halyard;

import org.jspecify.annotations.Nullable;

/** A device failed to compile what it had claimed; the message carries the vendor's log. */
public class CompileException extends HalyardException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message who wanted what, found what, and what to do
   */
  public CompileException(String message) {
    super(message);
  }

  /**
   * Makes the exception with its cause.
   *
   * @param message who wanted what, found what, and what to do
   * @param cause what led to it
   */
  public CompileException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
