package dev.halyard;

import org.jspecify.annotations.Nullable;

/**
 * A graph, a node or a binding breaks a rule of its operations; the message names the node and
 * shows the shapes.
 */
public class InvalidGraphException extends HalyardException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message who wanted what, found what, and what to do
   */
  public InvalidGraphException(String message) {
    super(message);
  }

  /**
   * Makes the exception with its cause.
   *
   * @param message who wanted what, found what, and what to do
   * @param cause what led to it
   */
  public InvalidGraphException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
