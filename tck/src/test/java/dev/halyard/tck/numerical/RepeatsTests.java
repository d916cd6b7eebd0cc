package dev.halyard.tck.numerical;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RepeatsTests {
  private static int taken(Repeats repeats, AtomicLong clock, long millisEach) {
    int done = 0;
    while (repeats.last(done)) {
      clock.addAndGet(millisEach * 1_000_000);
      done++;
    }
    return done;
  }

  private static int taken(int quick, int full, long millisEach) {
    AtomicLong clock = new AtomicLong();
    return taken(new Repeats(quick, full, clock::get), clock, millisEach);
  }

  @Test
  void aFastDeviceTakesThemAll() {
    assertEquals(60, taken(4, 60, 10));
  }

  @Test
  void aSlowDeviceTakesWhatFitsIntoThreeSeconds() {
    assertEquals(12, taken(4, 60, 250));
  }

  @Test
  void theSlowestTakesThoseOfAQuickRun() {
    assertEquals(4, taken(4, 60, 60_000));
    assertEquals(4, taken(4, 4, 10));
  }
}
