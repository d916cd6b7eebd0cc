package dev.halyard.tck.latency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.tck.check.Verdict;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RatioTestTests {
  private static final int SEEDS = 100;

  /**
   * Nanoseconds of one millisecond's work under noise: a little always, and bursts of preemption.
   */
  private static Timed clock(double cost, double noise, double burst, SplittableRandom random) {
    int[] left = {0};
    return () -> {
      if (left[0] == 0 && random.nextDouble() < burst) {
        left[0] = random.nextInt(1, 60);
      }
      double late = left[0] > 0 ? random.nextDouble(4e6) : 0;
      left[0] = Math.max(0, left[0] - 1);
      return (long) (cost * 1e6 * (1 + noise * random.nextGaussian()) + late);
    };
  }

  private static int count(Verdict verdict, double cost, double noise, double burst, double limit)
      throws Exception {
    int count = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Timed a = clock(cost, noise, burst, random);
      Timed b = clock(1, noise, burst, random);
      count += new RatioTest(a, b, limit, false, random).run().verdict() == verdict ? 1 : 0;
    }
    return count;
  }

  @Test
  void aCorrectPluginNeverFailsInBurstsOfNoise() throws Exception {
    assertEquals(0, count(Verdict.FAIL, 1, 0.02, 0.01, 1.05));
    assertEquals(0, count(Verdict.FAIL, 0.85, 0.05, 0.03, 0.90));
  }

  @Test
  void aPluginSlowerByAQuarterFails() throws Exception {
    assertEquals(SEEDS, count(Verdict.FAIL, 1.25, 0.02, 0, 1.05));
    assertTrue(count(Verdict.FAIL, 1.25, 0.02, 0.001, 1.05) > 0.95 * SEEDS);
  }

  @Test
  void aFastPluginPasses() throws Exception {
    assertEquals(SEEDS, count(Verdict.PASS, 0.7, 0.02, 0, 0.90));
  }

  @Test
  void tooMuchNoiseIsInconclusive() throws Exception {
    assertEquals(SEEDS, count(Verdict.INCONCLUSIVE, 1.25, 0.02, 1, 1.05));
  }

  @Test
  void noiseThatIsSmallBesideTheDistanceToTheLimitLeavesNoDoubt() throws Exception {
    assertTrue(count(Verdict.PASS, 0.2, 0.4, 0, 1.05) > 0.95 * SEEDS);
  }

  @Test
  void noNoiseMakesASlowPluginPass() throws Exception {
    for (double burst : new double[] {0, 0.001, 0.01, 0.1, 1}) {
      assertEquals(0, count(Verdict.PASS, 1.25, 0.05, burst, 1.05), "bursts of " + burst);
    }
  }
}
