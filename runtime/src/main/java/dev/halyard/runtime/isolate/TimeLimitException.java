package dev.halyard.runtime.isolate;

import dev.halyard.HalyardException;

/** The other process did not answer in time. */
final class TimeLimitException extends HalyardException {
  private static final long serialVersionUID = 1L;

  TimeLimitException(String message) {
    super(message);
  }
}
