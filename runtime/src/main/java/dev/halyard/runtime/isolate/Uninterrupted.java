package dev.halyard.runtime.isolate;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

/**
 * Input and output on threads of the application: an interrupt closes the JDK's channels, so it is
 * put off until the call has ended.
 */
final class Uninterrupted {
  private Uninterrupted() {}

  /** A call that opens the channels it uses, and so can be made again. */
  @FunctionalInterface
  interface IoCall<T> {
    T call() throws IOException;
  }

  static <T> T run(IoCall<T> call) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        interrupted |= Thread.interrupted();
        try {
          return call.call();
        } catch (ClosedByInterruptException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
