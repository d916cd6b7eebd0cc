package dev.halyard.runtime.execute;

import dev.halyard.spi.Stream;

/** Waiting for tickets. */
final class Tickets {
  /** How long one wait lasts before the state of the device is looked at again. */
  static final long SLICE_NANOS = 50_000_000;

  private Tickets() {}

  /** Waits for a ticket or the loss of its device, whatever interrupts; the flag is kept. */
  static void awaitUninterruptibly(Stream stream, long ticket, OpenDevice device) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          if (stream.await(ticket, SLICE_NANOS)) {
            return;
          }
          device.requireAlive();
        } catch (InterruptedException e) {
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
