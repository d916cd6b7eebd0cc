package dev.halyard.runtime.isolate;

import dev.halyard.HalyardException;

/** The other process sent what no process of this version sends. */
final class ProtocolException extends HalyardException {
  private static final long serialVersionUID = 1L;

  ProtocolException(String message) {
    super(message);
  }
}
