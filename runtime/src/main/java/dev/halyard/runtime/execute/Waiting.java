package dev.halyard.runtime.execute;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting that an interrupt does not cut short. */
final class Waiting {
  private static final long POLL_NANOS = 20_000;

  private Waiting() {}

  /** {@return whether a condition came to hold in time; the thread's interrupt flag is kept} */
  static boolean until(Duration timeout, BooleanSupplier condition) {
    long deadline = System.nanoTime() + timeout.toNanos();
    boolean interrupted = false;
    try {
      while (!condition.getAsBoolean()) {
        if (System.nanoTime() - deadline >= 0) {
          return false;
        }
        interrupted |= Thread.interrupted();
        LockSupport.parkNanos(POLL_NANOS);
      }
      return true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
