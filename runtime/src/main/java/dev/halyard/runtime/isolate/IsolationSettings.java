package dev.halyard.runtime.isolate;

import dev.halyard.Halyard;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of isolation.
 *
 * @param silence how long a child may show no sign of life
 * @param spinNanos how long either side spins before it parks
 * @param memoryFolder where shared memory lies; null for the platform's place
 */
record IsolationSettings(Duration silence, long spinNanos, @Nullable Path memoryFolder) {
  private static final String SILENCE = "halyard.isolation.silenceMillis";
  private static final String SPIN = "halyard.isolation.spinMicros";
  private static final String FOLDER = "halyard.isolation.memoryFolder";

  /** With the time to notice and to tell, a hung child is a lost device within 2 s. */
  private static final long SILENCE_MILLIS = 1500;

  private static final long SPIN_MICROS = 50;

  static IsolationSettings of(Halyard.Config config) {
    Map<String, String> properties = config.properties();
    String folder = properties.get(FOLDER);
    return new IsolationSettings(
        Duration.ofMillis(number(properties, SILENCE, SILENCE_MILLIS)),
        number(properties, SPIN, SPIN_MICROS) * 1000,
        folder == null ? null : Path.of(folder));
  }

  private static long number(Map<String, String> properties, String name, long otherwise) {
    String value = properties.get(name);
    if (value == null) {
      return otherwise;
    }
    if (!value.matches("[0-9]{1,9}")) {
      throw new IllegalArgumentException(
          "property "
              + name
              + " wants a whole number such as "
              + otherwise
              + "; found '"
              + value
              + "'");
    }
    return Long.parseLong(value);
  }
}
