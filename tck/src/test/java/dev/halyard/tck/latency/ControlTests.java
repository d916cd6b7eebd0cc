package dev.halyard.tck.latency;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlTests {
  /**
   * Wide bounds: a busy machine delays calls, and a control that is 100 times off shows all the
   * same.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void takesAboutAsLongAsItIsAskedTo(boolean handsOver) {
    try (Control control = Control.of(1_000_000, handsOver)) {
      long[] taken = new long[51];
      for (int i = 0; i < taken.length; i++) {
        taken[i] = control.time();
      }
      double typical = Medians.median(taken);
      assertTrue(typical > 250_000 && typical < 4_000_000, typical + " ns");
    }
  }
}
