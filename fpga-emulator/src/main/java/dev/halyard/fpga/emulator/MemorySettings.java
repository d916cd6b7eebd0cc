package dev.halyard.fpga.emulator;

import java.util.Map;

/** What {@code halyard.fpga-xrt.*} sets of the memory that the emulated board's unit sees. */
final class MemorySettings {
  /** In cycles, as {@code explain} predicts with. */
  private static final int READ_LATENCY = 30;

  private static final int WRITE_LATENCY = 20;
  private static final int NO_STALLS = 0;
  private static final int MOST_LATENCY = 100_000;
  private static final int MOST_STALLS = 990;
  private static final int SEED = 1;

  private MemorySettings() {}

  /**
   * {@return the timing of the memory}
   *
   * @param configuration {@code readLatency} and {@code writeLatency} in cycles, {@code stalls} in
   *     cycles of 1000
   * @throws IllegalArgumentException if a setting is out of bounds; the message names it
   */
  static UnitTiming timing(Map<String, String> configuration) {
    return new UnitTiming(
        number(configuration, "readLatency", READ_LATENCY, 1, MOST_LATENCY),
        number(configuration, "writeLatency", WRITE_LATENCY, 1, MOST_LATENCY),
        number(configuration, "stalls", NO_STALLS, 0, MOST_STALLS),
        SEED);
  }

  private static int number(
      Map<String, String> configuration, String name, int standard, int least, int most) {
    String text = configuration.get(name);
    if (text == null) {
      return standard;
    }
    if (text.strip().matches("[0-9]{1,6}")) {
      int number = Integer.parseInt(text.strip());
      if (number >= least && number <= most) {
        return number;
      }
    }
    throw new IllegalArgumentException(
        "halyard.fpga-xrt.%s is '%s'; want a number from %d to %d"
            .formatted(name, text, least, most));
  }
}
