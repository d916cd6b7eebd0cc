package dev.halyard.tck.latency;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.tck.check.Verdict;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TailTestTests {
  private static final int SEEDS = 200;
  private static final int COUNT = 1500;

  /** Bursts hit device and control alike; a spike hits every n-th call of the device alone. */
  private static TailTest.Window window(double burst, int spikeEvery, SplittableRandom random) {
    int over = 0;
    int control = 0;
    int left = 0;
    for (int i = 0; i < COUNT; i++) {
      if (random.nextDouble() < burst) {
        left = random.nextInt(1, 30);
      }
      boolean late = left-- > 0;
      over += (late && random.nextBoolean()) || (spikeEvery > 0 && i % spikeEvery == 0) ? 1 : 0;
      control += late && random.nextBoolean() ? 1 : 0;
    }
    return new TailTest.Window(over, control, COUNT);
  }

  private static int count(Verdict verdict, double burst, int spikeEvery) throws Exception {
    int count = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Verdict found = TailTest.run(0.99, () -> window(burst, spikeEvery, random));
      count += found == verdict ? 1 : 0;
    }
    return count;
  }

  @Test
  void aCorrectPluginNeverFailsInBurstsOfNoise() throws Exception {
    for (double burst : new double[] {0, 0.0005, 0.002, 0.01, 0.05}) {
      assertEquals(0, count(Verdict.FAIL, burst, 0), "bursts of " + burst);
    }
  }

  @Test
  void aSpikeEveryFortyCallsFails() throws Exception {
    assertTrue(count(Verdict.FAIL, 0, 40) > 0.95 * SEEDS);
    assertEquals(0, count(Verdict.PASS, 0, 40));
  }

  @Test
  void tooMuchNoiseIsInconclusive() throws Exception {
    assertEquals(SEEDS, count(Verdict.INCONCLUSIVE, 0.05, 40));
  }

  @Test
  void aQuietPluginPasses() throws Exception {
    assertEquals(SEEDS, count(Verdict.PASS, 0, 0));
  }

  @Test
  void tailsMeetThePublishedEarlyStoppingTable() {
    // MLPerf's early stopping at p99: 662 calls for 1 over.
    assertTrue(BinomialTails.atMost(1, 662, 0.01) < 0.01);
    assertTrue(BinomialTails.atMost(1, 600, 0.01) > 0.01);
    assertEquals(0.5, BinomialTails.atLeast(1, 1, 0.5), 1e-12);
    assertEquals(11.0 / 1024, BinomialTails.atMost(1, 10, 0.5), 1e-12);
    assertEquals(1, BinomialTails.atMost(3, 3, 0.2));
    assertEquals(0, BinomialTails.atLeast(3000, 3000, 0.01), 1e-300);
  }
}
