package dev.halyard;

import org.jspecify.annotations.Nullable;

/**
 * A device could run the graph once an artefact is built; the message holds the estimate and the
 * build command.
 */
public class ArtefactNeededException extends UnsupportedOnDeviceException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message who wanted what, found what, and what to do
   */
  public ArtefactNeededException(String message) {
    super(message);
  }

  /**
   * Makes the exception with its cause.
   *
   * @param message who wanted what, found what, and what to do
   * @param cause what led to it
   */
  public ArtefactNeededException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
