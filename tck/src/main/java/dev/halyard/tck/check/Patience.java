package dev.halyard.tck.check;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long a check goes on with what it repeats: a slow device is asked less often. May be shared
 * by threads.
 */
public final class Patience {
  private final int least;
  private final int most;
  private final long nanos;
  private final LongSupplier clock;
  private final long start;

  Patience(int least, int most, Duration time, LongSupplier clock) {
    this.least = least;
    this.most = most;
    nanos = time.toNanos();
    this.clock = clock;
    start = clock.getAsLong();
  }

  /**
   * {@return patience that begins now}
   *
   * @param least how often it takes at least, however long that is
   * @param time when it ends otherwise
   */
  public static Patience of(int least, Duration time) {
    return of(least, Integer.MAX_VALUE, time);
  }

  /**
   * {@return patience that begins now}
   *
   * @param least how often it takes at least, however long that is
   * @param most how often it takes at most
   * @param time when it ends in between
   */
  public static Patience of(int least, int most, Duration time) {
    return new Patience(least, most, time, System::nanoTime);
  }

  /**
   * {@return whether to go on}
   *
   * @param done how often it was done
   */
  public boolean lasts(int done) {
    return done < least || (done < most && clock.getAsLong() - start < nanos);
  }
}
