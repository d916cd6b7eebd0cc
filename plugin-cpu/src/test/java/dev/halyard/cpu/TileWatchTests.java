package dev.halyard.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class TileWatchTests {
  private static final long MILLISECOND = 1_000_000;
  private static final int TILE = 1;
  private final TileWatch watch = new TileWatch(2);

  @Test
  void timesOneCallInSixteenAndNoSmallOne() {
    int timed = 0;
    for (int i = 0; i < 16_000; i++) {
      timed += watch.wants(1e6) ? 1 : 0;
      assertFalse(watch.wants(100));
    }
    assertTrue(timed > 900 && timed < 1100, timed + " of 16000");
  }

  @Test
  void tileSlowForASecondIsSuspectAndGetsTwiceTheTimeAfterwards() {
    assertEquals(1000, firstSuspect(0));
    assertEquals(2000, firstSuspect(10_000));
    assertEquals(4000, firstSuspect(20_000));
  }

  @Test
  void oneFastCallClearsATile() {
    for (long millis = 0; millis < 5000; millis += 50) {
      assertFalse(slowCall(millis));
      assertFalse(watch.isSuspect(TILE, 1e9, millis * MILLISECOND, (millis + 10) * MILLISECOND));
    }
  }

  @Test
  void tileThatStaysSlowIsLeftAloneInTheEnd() {
    int stuck = 0;
    for (long millis = 0; millis < 1_000_000; millis += 100) {
      stuck += slowCall(millis) ? 1 : 0;
    }
    assertTrue(stuck > 3 && stuck < 10, "given up " + stuck + " times");
  }

  /** Milliseconds from the first of slow calls to that which makes the tile suspect. */
  private long firstSuspect(long from) {
    for (long millis = from; millis < from + 9_000; millis += 10) {
      if (slowCall(millis)) {
        return millis + 10 - from;
      }
    }
    return -1;
  }

  /** A call of 10 milliseconds at one operation per nanosecond. */
  private boolean slowCall(long millis) {
    return watch.isSuspect(TILE, 1e7, millis * MILLISECOND, (millis + 10) * MILLISECOND);
  }
}
