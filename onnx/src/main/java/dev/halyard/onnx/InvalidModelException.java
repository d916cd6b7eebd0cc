package dev.halyard.onnx;

import dev.halyard.HalyardException;
import org.jspecify.annotations.Nullable;

/**
 * A model or tensor file is missing, damaged or contradicts itself; the message names the file, and
 * the offset, the field or the node where known.
 */
public class InvalidModelException extends HalyardException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message who wanted what, found what, and what to do
   */
  public InvalidModelException(String message) {
    super(message);
  }

  /**
   * Makes the exception with its cause.
   *
   * @param message who wanted what, found what, and what to do
   * @param cause what led to it
   */
  public InvalidModelException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
