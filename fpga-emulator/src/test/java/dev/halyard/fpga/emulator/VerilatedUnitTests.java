package dev.halyard.fpga.emulator;

import static dev.halyard.fpga.xrt.dense.DenseRegisters.STATUS_OKAY;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.PluginException;
import dev.halyard.fpga.xrt.dense.DenseCycles;
import dev.halyard.fpga.xrt.dense.DenseLayer;
import dev.halyard.fpga.xrt.dense.DenseRun;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(1800)
class VerilatedUnitTests extends UnitContract {
  private static final long SEED = 17;

  @Override
  Unit open() {
    return Units.rtl();
  }

  @Test
  void tenThousandTransactionsWithStallsViolateNothingAndComputeRightly() {
    try (Unit unit = open();
        Arena arena = Arena.ofConfined()) {
      DenseHost host = new DenseHost(unit, arena, 1 << 20);
      RandomRuns draw = new RandomRuns(SEED);
      while (unit.transactions() < 10_000) {
        DenseLayer layer = draw.layer();
        int batch = draw.batch();
        short[] x = draw.input(layer, batch);
        DenseRun run = host.place(layer, x, batch, draw.places());
        UnitTiming timing = draw.stalling();
        unit.timing(timing);

        DenseHost.Outcome outcome = host.run(run);

        assertEquals(STATUS_OKAY, outcome.status());
        assertArrayEquals(DenseHost.expected(layer, x, batch), outcome.y(), run + ", " + timing);
        host.assertNothingElseWritten(run);
        assertTrue(
            outcome.cycles() >= DenseCycles.of(run, timing.readLatency(), timing.writeLatency()),
            run + ", " + timing);
      }
      assertEquals(0, unit.violations(), unit::firstViolation);
    }
  }

  @Test
  void resetAnywhereInARunLeavesNothingBehind() {
    try (Unit unit = open();
        Arena arena = Arena.ofConfined()) {
      DenseHost host = new DenseHost(unit, arena, 1 << 20);
      RandomRuns draw = new RandomRuns(SEED);
      DenseLayer layer = draw.layer(40, 300);
      short[] x = draw.input(layer, 17);
      DenseRun run = host.place(layer, x, 17, draw.places());
      long cycles = DenseCycles.of(run, 30, 20);
      for (int i = 0; i < 40; i++) {
        unit.timing(i % 2 == 0 ? UnitTiming.fixed(30, 20) : draw.stalling());
        host.argue(run);
        host.start();
        unit.step(draw.below((int) cycles));
        unit.reset();
        assertEquals(0, unit.cycles());
        host.enableInterrupt();
        unit.timing(UnitTiming.fixed(30, 20));
        DenseHost.Outcome outcome = host.run(run);
        assertArrayEquals(DenseHost.expected(layer, x, 17), outcome.y());
        assertEquals(cycles, outcome.cycles());
      }
      assertEquals(0, unit.violations(), unit::firstViolation);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 3, 65536", "3, 3, 50000", "16, 2, 4096", "17, 2, 4097"})
  void largeInputsGoThroughTheBufferInBlocks(int batch, int rows, int cols) {
    try (Unit unit = open();
        Arena arena = Arena.ofConfined()) {
      DenseHost host = new DenseHost(unit, arena, 1 << 23);
      unit.timing(UnitTiming.fixed(64, 8));
      RandomRuns draw = new RandomRuns(SEED);
      DenseLayer layer = draw.layer(rows, cols);
      short[] x = draw.input(layer, batch);
      DenseRun run = host.place(layer, x, batch, draw.places());

      DenseHost.Outcome outcome = host.run(run);

      assertArrayEquals(DenseHost.expected(layer, x, batch), outcome.y());
      assertEquals(DenseCycles.of(run, 64, 8), outcome.cycles());
      assertEquals(0, unit.violations(), unit::firstViolation);
    }
  }

  @Test
  void unitsOfOneLibraryAreIndependent() {
    try (Unit first = open();
        Unit second = open()) {
      first.write(0x44, 5);

      assertEquals(0, second.read(0x44));
      assertEquals(5, first.read(0x44));
      assertEquals("rtl", first.kind());
    }
  }

  @Test
  void filesThatAreNoUnitsAreRefused(@TempDir Path folder) throws IOException {
    Lanes.require("rtl");
    Path file = Files.writeString(folder.resolve("libunit.so"), "no library");

    String message =
        assertThrows(PluginException.class, () -> VerilatedUnit.open(file)).getMessage();
    assertTrue(message.contains(file.toString()), message);
  }
}
