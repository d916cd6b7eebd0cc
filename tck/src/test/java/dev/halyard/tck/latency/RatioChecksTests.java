package dev.halyard.tck.latency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.Inconclusive;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.check.Subject;
import dev.halyard.tck.check.Trial;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RatioChecksTests {
  private static final Check CHECK = Check.of("L-106", "fresh and equal inputs", trial -> {});

  /** The calls of a first try that needs the fewest blocks: three to warm up, ten each way. */
  private static final int FIRST_TRY = 3 * RatioTest.CALLS + 10 * 2 * RatioTest.CALLS;

  /** A quarter slower than a millisecond for some calls, and then anything. */
  private static Timed slowThenNoisy(int calls) {
    SplittableRandom random = new SplittableRandom(1);
    int[] count = {0};
    return () -> count[0]++ < calls ? 1_250_000 : random.nextLong(500_000, 5_000_000);
  }

  private static Inconclusive judged(Timed device) {
    try (Subject subject = Subject.open(Settings.quick("cpu:0"))) {
      Trial trial = new Trial(subject, CHECK);
      return assertThrows(
          Inconclusive.class, () -> RatioChecks.judge(trial, device, () -> 1_000_000, 1.05, false));
    }
  }

  @Test
  void noiseAloneIsWorthARetry() {
    assertEquals(true, judged(slowThenNoisy(0)).isNoisy());
  }

  @Test
  void aFailThatNoiseKeptFromRepeatingIsNot() {
    Inconclusive open = judged(slowThenNoisy(FIRST_TRY));

    assertEquals(false, open.isNoisy(), open.getMessage());
  }
}
