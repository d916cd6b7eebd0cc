package dev.halyard.tck.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PatienceTests {
  private static int taken(Patience patience, AtomicLong clock, long millisEach) {
    int done = 0;
    while (patience.lasts(done)) {
      clock.addAndGet(millisEach * 1_000_000);
      done++;
    }
    return done;
  }

  private static int taken(int quick, int full, long millisEach) {
    AtomicLong clock = new AtomicLong();
    return taken(new Patience(quick, full, Duration.ofSeconds(3), clock::get), clock, millisEach);
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
