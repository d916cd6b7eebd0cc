package dev.halyard.bench;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class AgreementTests {
  @Test
  void errorIsRelativeToTheValueAndTheScale() {
    // The root mean square of {3, 3} is 3: an error of 0.6 is a tenth of 3 + 3.
    assertEquals(0.1, Agreement.maxRelativeError(new float[] {3.6f, 3}, new float[] {3, 3}), 1e-6);
  }

  @Test
  void whatCancelsOutMayDifferByTheScale() {
    assertDoesNotThrow(() -> Agreement.check(new float[] {1e-6f, 1}, new float[] {0, 1}, 1e-5));
  }

  @Test
  void zerosAgree() {
    assertDoesNotThrow(() -> Agreement.check(new float[3], new float[3], 1e-5));
  }

  @Test
  void differenceIsToldWithItsLimit() {
    SideException wrong =
        assertThrows(
            SideException.class,
            () -> Agreement.check(new float[] {1, 2}, new float[] {1, 3}, 1e-4));

    assertTrue(wrong.reason().contains("at most 1e-04 is allowed"), wrong.reason());
  }

  @Test
  void lengthsAndNaNAreDifferences() {
    assertThrows(SideException.class, () -> Agreement.check(new float[1], new float[2], 1e-4));
    assertThrows(
        SideException.class, () -> Agreement.check(new float[] {Float.NaN}, new float[] {1}, 1e-4));
  }
}
