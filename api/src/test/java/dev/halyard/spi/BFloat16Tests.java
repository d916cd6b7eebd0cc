package dev.halyard.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Exhaustive over the 65,536 bfloat16s. */
class BFloat16Tests {
  @Test
  void everyBfloat16SurvivesTheWayThroughFloat() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      short half = (short) bits;
      float value = BFloat16.toFloat(half);
      assertEquals(bits << 16, Float.floatToRawIntBits(value));
      if (!Float.isNaN(value)) {
        assertEquals(half, BFloat16.fromFloat(value));
      }
    }
  }

  @Test
  void everyNanStaysANan() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = BFloat16.toFloat((short) bits);
      if (Float.isNaN(value)) {
        assertTrue(Float.isNaN(BFloat16.toFloat(BFloat16.fromFloat(value))));
        // A NaN whose payload lies in the lower half alone must not become an infinity.
        float lower = Float.intBitsToFloat((bits << 16 & 0xFF80_0000) | 1);
        assertTrue(Float.isNaN(BFloat16.toFloat(BFloat16.fromFloat(lower))));
      }
    }
  }

  @Test
  void tiesGoToTheEvenNeighbourAndAllElseToTheNearest() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      if (Float.isNaN(BFloat16.toFloat((short) bits)) || (bits & 0x7FFF) == 0x7F80) {
        continue;
      }
      int low = bits << 16;
      short next = (short) (bits + 1);
      short even = (bits & 1) == 0 ? (short) bits : next;
      assertEquals((short) bits, BFloat16.fromFloat(Float.intBitsToFloat(low | 0x7FFF)));
      assertEquals(even, BFloat16.fromFloat(Float.intBitsToFloat(low | 0x8000)));
      assertEquals(next, BFloat16.fromFloat(Float.intBitsToFloat(low | 0x8001)));
    }
  }
}
