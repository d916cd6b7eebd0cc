package dev.halyard.spi;

/**
 * Receives how long a submission took. Every figure says what kind it is. Not for implementation.
 */
public interface TimingSink {
  /**
   * Receives a part of the time that was measured on hardware.
   *
   * @param part such as {@code kernel}, {@code upload}
   * @param nanos its length
   */
  void measured(String part, long nanos);

  /**
   * Receives a part of the time that a simulator counted.
   *
   * @param part its name
   * @param cycles its length in clock cycles
   */
  void simulated(String part, long cycles);

  /**
   * Receives a part of the time that was assumed.
   *
   * @param part its name
   * @param nanos its length
   * @param basis where the assumption comes from
   */
  void assumed(String part, long nanos, String basis);
}
