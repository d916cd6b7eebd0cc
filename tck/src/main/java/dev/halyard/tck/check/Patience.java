package dev.halyard.tck.check;

import java.time.Duration;

/**
 * How long a check goes on with what it repeats: a slow device is asked less often. May be shared
 * by threads.
 */
public final class Patience {
  private final int least;
  private final long start = System.nanoTime();
  private final long nanos;

  private Patience(int least, Duration time) {
    this.least = least;
    nanos = time.toNanos();
  }

  /**
   * {@return patience that begins now}
   *
   * @param least how often it takes at least, however long that is
   * @param time when it ends otherwise
   */
  public static Patience of(int least, Duration time) {
    return new Patience(least, time);
  }

  /**
   * {@return whether to go on}
   *
   * @param done how often it was done
   */
  public boolean lasts(int done) {
    return done < least || System.nanoTime() - start < nanos;
  }
}
