package dev.halyard.runtime.isolate;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Watches a child's pulse. A look that comes late counts as one on time: while a machine is
 * suspended, or so busy that this thread has to wait, the child's silence means nothing.
 */
final class Watchdog {
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Pulse pulse;
  private final Duration limit;
  private final Consumer<String> hung;
  private final BooleanSupplier tick;

  /**
   * Makes the watchdog.
   *
   * @param pulse what to watch
   * @param limit how long it may stand still
   * @param hung receives the reason when it has
   * @param tick called at every look; false to end
   */
  Watchdog(Pulse pulse, Duration limit, Consumer<String> hung, BooleanSupplier tick) {
    this.pulse = pulse;
    this.limit = limit;
    this.hung = hung;
    this.tick = tick;
  }

  void start(String name) {
    Thread.ofPlatform().daemon().name(name).start(this::watch);
  }

  private void watch() {
    long beats = pulse.beats();
    long silent = 0;
    long last = System.nanoTime();
    while (tick.getAsBoolean()) {
      LockSupport.parkNanos(LOOK_NANOS);
      long now = System.nanoTime();
      long since = now - last;
      last = now;
      long seen = pulse.beats();
      silent = seen != beats ? 0 : silent + Math.min(since, LOOK_NANOS);
      beats = seen;
      if (silent >= limit.toNanos()) {
        hung.accept(
            "its process hangs: it has shown no sign of life for " + limit.toMillis() + " ms");
        return;
      }
    }
  }
}
