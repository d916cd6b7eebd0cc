package dev.halyard.fpga.emulator;

import static dev.halyard.fpga.xrt.dense.DenseRegisters.CONTROL;
import static dev.halyard.fpga.xrt.dense.DenseRegisters.CYCLES;
import static dev.halyard.fpga.xrt.dense.DenseRegisters.IDLE;
import static dev.halyard.fpga.xrt.dense.DenseRegisters.START;
import static dev.halyard.fpga.xrt.dense.DenseRegisters.STATUS;
import static dev.halyard.fpga.xrt.dense.DenseRegisters.STATUS_BAD_ARGUMENT;
import static dev.halyard.fpga.xrt.dense.DenseRegisters.STATUS_OKAY;
import static dev.halyard.fpga.xrt.dense.DenseRegisters.STATUS_READ_DECERR;
import static dev.halyard.fpga.xrt.dense.DenseRegisters.STATUS_READ_SLVERR;
import static dev.halyard.fpga.xrt.dense.DenseRegisters.STATUS_WRITE_DECERR;
import static dev.halyard.fpga.xrt.dense.DenseRegisters.STATUS_WRITE_SLVERR;
import static dev.halyard.fpga.xrt.dense.DenseRegisters.VERSION;
import static dev.halyard.fpga.xrt.dense.DenseRegisters.VERSION_VALUE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.PluginException;
import dev.halyard.fpga.xrt.dense.DenseArgument;
import dev.halyard.fpga.xrt.dense.DenseCycles;
import dev.halyard.fpga.xrt.dense.DenseLayer;
import dev.halyard.fpga.xrt.dense.DenseRun;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What every unit of the kernel {@code dense} does alike: the RTL and its model. */
abstract class UnitContract {
  private static final long SEED = 5;
  private static final int MEMORY_BYTES = 1 << 20;

  private Arena arena;
  private Unit unit;
  private DenseHost host;

  abstract Unit open();

  @BeforeEach
  void openUnit() {
    arena = Arena.ofConfined();
    unit = open();
    host = new DenseHost(unit, arena, MEMORY_BYTES);
    unit.timing(UnitTiming.fixed(30, 20));
  }

  @AfterEach
  void closeUnit() {
    if (unit != null) {
      unit.close();
    }
    arena.close();
  }

  private DenseRun placed(RandomRuns draw) {
    DenseLayer layer = draw.layer(40, 100);
    return host.place(layer, draw.input(layer, 2), 2, draw.places());
  }

  @Test
  void unitIsIdleWithNothingSetAfterReset() {
    unit.reset();

    assertEquals(0, unit.cycles());
    assertEquals(IDLE, unit.read(CONTROL));
    assertEquals(VERSION_VALUE, unit.read(VERSION));
    for (DenseArgument argument : DenseArgument.values()) {
      assertEquals(0, unit.read(argument.offset()));
    }
    assertFalse(unit.interrupt());
  }

  @ParameterizedTest
  @EnumSource
  void argumentsReadAsTheyWereWritten(DenseArgument argument) {
    host.argue(argument, 0x8123_4567_89ab_cdefL);

    assertEquals(0x89ab_cdef, unit.read(argument.offset()));
    int high = unit.read(argument.offset() + Integer.BYTES);
    assertEquals(argument.isAddress() ? 0x8123_4567 : 0, high);
  }

  @Test
  void registersThatAreNoneReadAsZeroAndTakeNothing() {
    for (int offset : new int[] {0x18, 0x24, 0x38, STATUS, CYCLES, 0x64, 0x7c}) {
      unit.write(offset, -1);
      assertEquals(0, unit.read(offset), Integer.toHexString(offset));
    }
  }

  @Test
  void resultsEqualTheLayersAndCyclesThePrediction() {
    RandomRuns draw = new RandomRuns(SEED);
    for (int i = 0; i < 60; i++) {
      DenseLayer layer = draw.layer();
      int batch = draw.batch();
      short[] x = draw.input(layer, batch);
      UnitTiming timing = draw.fixed();
      unit.timing(timing);
      DenseRun run = host.place(layer, x, batch, draw.places());

      DenseHost.Outcome outcome = host.run(run);

      String which = run + " with " + timing;
      assertEquals(STATUS_OKAY, outcome.status(), which);
      assertArrayEquals(DenseHost.expected(layer, x, batch), outcome.y(), which);
      host.assertNothingElseWritten(run);
      assertEquals(
          DenseCycles.of(run, timing.readLatency(), timing.writeLatency()),
          outcome.cycles(),
          which);
    }
    assertEquals(0, unit.violations(), unit::firstViolation);
  }

  @Test
  void statusIsBusyUntilTheInterruptAndThenDoneOnce() {
    host.argue(placed(new RandomRuns(SEED)));
    host.start();

    assertEquals(START, unit.read(CONTROL));
    unit.step(10);
    assertEquals(START, unit.read(CONTROL));
    host.finish();
  }

  @Test
  void stepTurnsTheClockNoFurtherThanTheInterrupt() {
    DenseRun run = placed(new RandomRuns(SEED));
    host.argue(run);
    host.start();
    long before = unit.cycles();
    long turned = unit.step(DenseHost.MOST_CYCLES);

    assertTrue(unit.interrupt());
    assertEquals(before + turned, unit.cycles());
    assertTrue(turned <= DenseCycles.of(run, 30, 20), () -> turned + " cycles");
    assertEquals(7, unit.step(7));
  }

  @Test
  void argumentsWrittenDuringARunAreIgnored() {
    RandomRuns draw = new RandomRuns(SEED);
    DenseRun run = placed(draw);
    host.argue(run);
    host.start();
    host.argue(DenseArgument.COLS, 1);
    host.finish();

    assertEquals(STATUS_OKAY, host.outcome(run).status());
    assertEquals(run.cols(), unit.read(DenseArgument.COLS.offset()));
  }

  @Test
  void finishedRunStartsAgainWhereAskedTo() {
    DenseRun run = placed(new RandomRuns(SEED));
    host.argue(run);
    unit.write(CONTROL, 0x80 | START);
    unit.step(DenseHost.MOST_CYCLES);
    assertEquals(0x80 | START, unit.read(CONTROL) & ~2);
    unit.write(CONTROL, 0);
    unit.write(0x0c, 1);
    host.finish();

    assertEquals(DenseCycles.of(run, 30, 20), host.outcome(run).cycles());
  }

  @ParameterizedTest
  @CsvSource({
    "BATCH, 0",
    "ROWS, 0",
    "ROWS, 65537",
    "ROWS, -1",
    "COLS, 0",
    "COLS, 65537",
    "COLS, -2147483648",
    "WEIGHTS, 32",
    "MODE, 16"
  })
  void argumentsOutOfBoundsAreRefusedAndNothingIsWritten(DenseArgument argument, long value) {
    DenseRun run = placed(new RandomRuns(SEED));
    short[] before = host.outcome(run).y();
    host.argue(run);
    host.argue(argument, value);
    host.start();
    host.finish();
    DenseHost.Outcome outcome = host.outcome(run);

    assertEquals(STATUS_BAD_ARGUMENT, outcome.status());
    assertEquals(3, outcome.cycles());
    assertArrayEquals(before, outcome.y());
  }

  @ParameterizedTest
  @CsvSource({"READ_SLVERR, " + STATUS_READ_SLVERR, "WRITE_SLVERR, " + STATUS_WRITE_SLVERR})
  void errorOfMemoryEndsTheRunAndTheNextOneIsRight(UnitFault fault, int status) {
    RandomRuns draw = new RandomRuns(SEED);
    DenseLayer layer = draw.layer(40, 100);
    short[] x = draw.input(layer, 2);
    DenseRun run = host.place(layer, x, 2, draw.places());
    unit.fault(fault);

    assertEquals(status, host.run(run).status());
    DenseHost.Outcome next = host.run(run);
    assertEquals(STATUS_OKAY, next.status());
    assertArrayEquals(DenseHost.expected(layer, x, 2), next.y());
    assertEquals(0, unit.violations(), unit::firstViolation);
  }

  @ParameterizedTest
  @CsvSource({
    "X, " + STATUS_READ_DECERR,
    "WEIGHTS, " + STATUS_READ_DECERR,
    "Y, " + STATUS_WRITE_DECERR
  })
  void addressesWithNoMemoryEndTheRun(DenseArgument argument, int status) {
    DenseRun run = placed(new RandomRuns(SEED));
    host.argue(run);
    host.argue(argument, 0x1000);
    host.start();
    host.finish();

    assertEquals(status, host.outcome(run).status());
    assertEquals(STATUS_OKAY, host.run(run).status());
  }

  @Test
  void silentMemoryHoldsARunUntilTheReset() {
    RandomRuns draw = new RandomRuns(SEED);
    DenseLayer layer = draw.layer(40, 100);
    short[] x = draw.input(layer, 2);
    DenseRun run = host.place(layer, x, 2, draw.places());
    host.argue(run);
    unit.fault(UnitFault.SILENT);
    host.start();

    assertEquals(20_000, unit.step(20_000));
    assertEquals(START, unit.read(CONTROL));
    unit.reset();
    host.enableInterrupt();
    assertArrayEquals(DenseHost.expected(layer, x, 2), host.run(run).y());
  }

  @Test
  void memoryThatIsMisalignedOrMeetsOtherMemoryIsRefused() {
    MemorySegment page = arena.allocate(4096, 4096);

    assertThrows(PluginException.class, () -> unit.attach(page, DenseHost.ADDRESS + 4096));
    assertThrows(PluginException.class, () -> unit.attach(page, 64));
    assertThrows(PluginException.class, () -> unit.attach(page.asSlice(0, 64), 0));
    assertThrows(PluginException.class, () -> unit.attach(page.asSlice(0, 0), 0));
    unit.attach(page, 4096);
  }
}
