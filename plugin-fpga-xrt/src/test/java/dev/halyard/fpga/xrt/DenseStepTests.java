package dev.halyard.fpga.xrt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.fpga.xrt.dense.DenseFormat;
import dev.halyard.spi.ValueView;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DenseStepTests {
  private static DenseStep step(int rows, int cols) {
    DenseFormat bytes = new DenseFormat(false, false, false, false);
    Graph graph = new Product(3).graph(DType.I8, 1, cols, rows);
    ValueView value = graph.outputs().getFirst();
    BoardBuffer none = new ModelBoard().allocate(1, 0);
    return new DenseStep("step", value, value, rows, cols, bytes, none);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 30, 20",
    "3, 30, 20",
    "16, 30, 20",
    "17, 30, 20",
    "100, 1, 1",
    "1, 100000, 100000",
    "3, 100000, 1",
    "40, 100000, 100000",
    "40, 1, 100000"
  })
  void aRunMayTakeWhatItsMemoryDoes(long batch, int readLatency, int writeLatency) {
    DenseStep step = step(24, 40);
    MemoryTiming timing = new MemoryTiming(readLatency, writeLatency, 0);
    long takes = step.predictedCycles(batch, readLatency, writeLatency);
    assertTrue(step.mostCycles(batch, timing) >= takes, () -> takes + " cycles");
  }

  @Test
  void stallsStretchTheLimit() {
    DenseStep step = step(24, 40);
    long free = step.mostCycles(3, new MemoryTiming(30, 20, 0));
    assertEquals(free * 2, step.mostCycles(3, new MemoryTiming(30, 20, 500)));
    assertEquals(free * 100, step.mostCycles(3, new MemoryTiming(30, 20, 990)));
  }

  @Test
  void aTimingThatNoMemoryHasIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new MemoryTiming(0, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> new MemoryTiming(1, 1, 1000));
  }
}
