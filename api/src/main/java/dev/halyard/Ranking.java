package dev.halyard;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The devices in the order of an objective, with what was measured. Not for implementation outside
 * Halyard.
 */
public interface Ranking {
  /** {@return what the order is by} */
  Objective objective();

  /** {@return every device considered: those measured, the best first, then those passed over} */
  List<Candidate> candidates();

  /**
   * {@return the device chosen; {@link Device#choice} says why}
   *
   * @throws UnsupportedOnDeviceException if no device runs the graph
   */
  Device best();

  /** {@return why {@link #best} was chosen, a sentence for people} */
  String explanation();

  /** {@return when the measurements were taken; before this call if they were cached} */
  Instant measuredAt();

  /** {@return whether the measurements come from the cache} */
  boolean cached();

  /** One device of a ranking. Not for implementation outside Halyard. */
  interface Candidate {
    /** {@return the device} */
    Device device();

    /** {@return what was measured; empty for a device that was passed over} */
    Optional<Measurement> measurement();

    /** {@return why the device was passed over or may not be chosen; empty otherwise} */
    String reason();
  }

  /**
   * What was measured of a device, on the host's clock, transfers and launch included.
   *
   * @param p50Micros the median time of a run, in microseconds
   * @param p99Micros the 99th percentile, in microseconds
   * @param runsPerSecond runs per second with runs overlapping
   * @param runs how many runs were measured
   */
  record Measurement(double p50Micros, double p99Micros, double runsPerSecond, int runs) {}
}
