package dev.halyard.fpga.xrt.dense;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DenseCyclesTests {
  private static long cycles(int batch, int rows, int cols, int mode, int read, int write) {
    DenseFormat format = DenseFormat.ofMode(mode);
    return DenseCycles.of(new DenseRun(0, 0, 0, batch, rows, cols, format), read, write);
  }

  /** What the RTL took; the emulator's tests compare far more of them. */
  @ParameterizedTest(name = "{0} x {1} x {2}, mode {3}: {4} cycles")
  @CsvSource({
    "1, 128, 784, 8, 1716",
    "1, 64, 128, 8, 216",
    "1, 10, 64, 0, 93",
    "16, 128, 784, 15, 7542"
  })
  void layersOfTheDigitNetworkTakeWhatTheRtlTook(
      int batch, int rows, int cols, int mode, long expected) {
    assertEquals(expected, cycles(batch, rows, cols, mode, 30, 20));
  }

  @Test
  void latencyOfWritesCountsAtTheEnd() {
    assertEquals(cycles(1, 10, 64, 0, 30, 1) + 99, cycles(1, 10, 64, 0, 30, 100));
  }

  @Test
  void narrowWeightsTakeHalfTheTimeOfWideOnes() {
    double ratio = (double) cycles(1, 512, 4096, 2, 30, 20) / cycles(1, 512, 4096, 0, 30, 20);

    assertTrue(ratio > 1.9 && ratio < 2.0, "ratio " + ratio);
  }

  @Test
  void latenciesBelowOneCycleAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> cycles(1, 1, 1, 0, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> cycles(1, 1, 1, 0, 1, 0));
  }

  @Test
  void runsThatTheKernelRefusesAreNoRuns() {
    assertThrows(IllegalArgumentException.class, () -> cycles(0, 1, 1, 0, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> cycles(1, 65_537, 1, 0, 1, 1));
    assertThrows(IllegalArgumentException.class, () -> cycles(1, 1, 0, 0, 1, 1));
    assertThrows(
        IllegalArgumentException.class,
        () -> new DenseRun(0, 32, 0, 1, 1, 1, DenseFormat.ofMode(0)));
  }
}
