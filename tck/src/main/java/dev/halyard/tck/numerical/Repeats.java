package dev.halyard.tck.numerical;

import dev.halyard.tck.check.Trial;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How many random cases a check takes: few in a quick run, many in a full one, or as many as some
 * seconds allow where each takes a device long, as where each has to be compiled for a second.
 */
final class Repeats {
  /** So that some 1,700 checks fit into the half hour of a full run. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final int least;
  private final int most;
  private final LongSupplier clock;
  private final long start;

  Repeats(int least, int most, LongSupplier clock) {
    this.least = least;
    this.most = most;
    this.clock = clock;
    start = clock.getAsLong();
  }

  /**
   * {@return the repeats of a check that begins now}
   *
   * @param quick how many a quick run takes, and a full one at least
   * @param full how many a full run takes at most
   */
  static Repeats of(Trial trial, int quick, int full) {
    return new Repeats(quick, trial.settings().isFull() ? full : quick, System::nanoTime);
  }

  /**
   * {@return whether to go on}
   *
   * @param done how many cases were taken
   */
  boolean last(int done) {
    return done < least || (done < most && clock.getAsLong() - start < PATIENCE.toNanos());
  }

  /** {@return how many there are at most} */
  int most() {
    return most;
  }
}
