package dev.halyard;

import org.jspecify.annotations.Nullable;

/** A plugin broke its contract, or failed in a way that it has no word for. */
public class PluginException extends HalyardException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message who wanted what, found what, and what to do
   */
  public PluginException(String message) {
    super(message);
  }

  /**
   * Makes the exception with its cause.
   *
   * @param message who wanted what, found what, and what to do
   * @param cause what led to it
   */
  public PluginException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
