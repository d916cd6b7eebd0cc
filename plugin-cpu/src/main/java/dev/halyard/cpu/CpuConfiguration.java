package dev.halyard.cpu;

import java.util.Locale;
import java.util.Map;

/**
 * What {@code halyard.cpu.*} sets.
 *
 * @param threads how many threads compute, the caller's included
 * @param vector whether loops run on the Vector API
 * @param spinMicros how long an idle worker spins before it yields, and then parks
 */
record CpuConfiguration(int threads, VectorUse vector, long spinMicros) {
  /** Whether loops run on the Vector API. */
  enum VectorUse {
    ON,
    OFF,
    AUTO
  }

  // About ten fork-and-joins long: enough to stay awake within a network, short enough not to be
  // seen on a shared machine.
  private static final long SPIN_MICROS = 20;

  static CpuConfiguration of(Map<String, String> configuration) {
    return new CpuConfiguration(
        (int) number(configuration, "threads", Runtime.getRuntime().availableProcessors(), 1),
        vector(configuration.getOrDefault("vector", "auto")),
        number(configuration, "spinMicros", SPIN_MICROS, 0));
  }

  private static long number(Map<String, String> configuration, String key, long other, long min) {
    String text = configuration.get(key);
    if (text == null) {
      return other;
    }
    try {
      long value = Long.parseLong(text.strip());
      if (value >= min && value <= 1_000_000) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Reported below, as a number out of range is.
    }
    throw new IllegalArgumentException(
        "halyard.cpu." + key + " is '" + text + "'; want a number from " + min + " to 1000000");
  }

  private static VectorUse vector(String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "on" -> VectorUse.ON;
      case "off" -> VectorUse.OFF;
      case "auto" -> VectorUse.AUTO;
      default ->
          throw new IllegalArgumentException(
              "halyard.cpu.vector is '" + text + "'; want on, off or auto");
    };
  }
}
