package dev.halyard.runtime;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.Halyard;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DefaultHalyardTests {
  @ParameterizedTest
  @ValueSource(strings = {"5s", "-1", "", "99999999999999999999"})
  void aDrainTimeThatIsNoNumberIsRefusedByName(String value) {
    Halyard.Config config = Halyard.Config.fromEnvironment().property("halyard.drainMillis", value);
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> new DefaultHalyard(config).device("x"));
    assertTrue(
        e.getMessage().contains("halyard.drainMillis")
            && e.getMessage().contains("'" + value + "'")
            && e.getMessage().contains("milliseconds"),
        e.getMessage());
  }
}
