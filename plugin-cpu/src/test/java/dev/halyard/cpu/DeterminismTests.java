package dev.halyard.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Equal inputs give equal bits, run for run: what the profile DETERMINISTIC promises. */
class DeterminismTests {
  // On an idle machine it is done sooner.
  private static final String SECONDS = System.getProperty("halyard.determinism.seconds", "4");

  @TempDir Path folder;

  // In a JVM of its own, since loops must be interpreted at first.
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void runsGiveEqualBitsFromColdToHot(int threads) throws IOException, InterruptedException {
    List<String> lines =
        ForkedJvm.run(folder, 120, Determinism.class, Integer.toString(threads), SECONDS);
    assertTrue(lines.getLast().startsWith("equal bits in "), lines.getLast());
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  void sumsFoldFourAccumulatorsAndThenTheirLanesByHalves(int bits) {
    assumeTrue(bits <= FloatVector.SPECIES_PREFERRED.vectorBitSize());
    Kernels kernels = new VectorKernels(bits);
    SplittableRandom random = new SplittableRandom(bits);
    try (Arena arena = Arena.ofConfined()) {
      for (int n : new int[] {1, 3, 5, 16, 63, 64, 65, 131, 257, 1001}) {
        MemorySegment x = arena.allocate(4L * n, 64);
        for (int i = 0; i < n; i++) {
          x.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextDouble(-1, 1));
        }
        float expected = foldedSum(x.toArray(ValueLayout.JAVA_FLOAT), bits / Float.SIZE);
        for (int run = 0; run < 2000; run++) {
          assertEquals(expected, kernels.sum(x, 0, n), n + " elements, run " + run);
        }
      }
    }
  }

  private static float foldedSum(float[] x, int lanes) {
    float[][] sums = new float[4][lanes];
    int together = x.length - x.length % (4 * lanes);
    for (int i = 0; i < x.length; i++) {
      int accumulator = i < together ? i / lanes % 4 : 0;
      sums[accumulator][i % lanes] += x[i];
    }
    float[] folded = new float[lanes];
    for (int i = 0; i < lanes; i++) {
      folded[i] = (sums[0][i] + sums[1][i]) + (sums[2][i] + sums[3][i]);
    }
    for (int distance = lanes / 2; distance > 0; distance /= 2) {
      for (int i = 0; i < distance; i++) {
        folded[i] += folded[i + distance];
      }
    }
    return folded[0];
  }

  @Test
  void extremesKeepNanAndTheSignOfZeroInEveryLane() {
    Kernels kernels = new VectorKernels();
    int n = 4 * FloatVector.SPECIES_PREFERRED.length() + 3;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment x = arena.allocate(4L * n, 64);
      for (int run = 0; run < 50; run++) {
        for (int at = 0; at < n; at++) {
          x.fill((byte) 0);
          x.setAtIndex(ValueLayout.JAVA_FLOAT, at, -0f);
          assertEquals(-0f, kernels.min(x, 0, n), "min with -0 at " + at);
          x.setAtIndex(ValueLayout.JAVA_FLOAT, at, Float.NaN);
          assertEquals(Float.NaN, kernels.min(x, 0, n), "min with NaN at " + at);
          assertEquals(Float.NaN, kernels.max(x, 0, n), "max with NaN at " + at);
          for (int i = 0; i < n; i++) {
            x.setAtIndex(ValueLayout.JAVA_FLOAT, i, -0f);
          }
          x.setAtIndex(ValueLayout.JAVA_FLOAT, at, 0f);
          assertEquals(0f, kernels.max(x, 0, n), "max with +0 at " + at);
        }
      }
    }
  }
}
