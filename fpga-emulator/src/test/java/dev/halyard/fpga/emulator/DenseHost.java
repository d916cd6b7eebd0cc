package dev.halyard.fpga.emulator;

import static dev.halyard.fpga.xrt.dense.DenseRegisters.CONTROL;
import static dev.halyard.fpga.xrt.dense.DenseRegisters.CYCLES;
import static dev.halyard.fpga.xrt.dense.DenseRegisters.DONE;
import static dev.halyard.fpga.xrt.dense.DenseRegisters.GLOBAL_INTERRUPT_ENABLE;
import static dev.halyard.fpga.xrt.dense.DenseRegisters.IDLE;
import static dev.halyard.fpga.xrt.dense.DenseRegisters.INTERRUPT_ENABLE;
import static dev.halyard.fpga.xrt.dense.DenseRegisters.INTERRUPT_STATUS;
import static dev.halyard.fpga.xrt.dense.DenseRegisters.START;
import static dev.halyard.fpga.xrt.dense.DenseRegisters.STATUS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.fpga.xrt.dense.DenseArgument;
import dev.halyard.fpga.xrt.dense.DenseLayer;
import dev.halyard.fpga.xrt.dense.DenseRun;
import dev.halyard.fpga.xrt.dense.PackedWeights;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** What a host does with a unit: memory, arguments, runs. */
final class DenseHost {
  static final long ADDRESS = 0x40_0000_0000L;
  static final long MOST_CYCLES = 10_000_000;

  private static final byte UNTOUCHED = 0x5a;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

  /** Gaps before x, before the weights, and before y: in bytes. */
  record Places(long x, long weights, long y) {}

  /** What a run left. */
  @SuppressWarnings("ArrayRecordComponent") // compared by its content
  record Outcome(int status, long cycles, short[] y) {}

  private final Unit unit;
  private final MemorySegment memory;

  DenseHost(Unit unit, Arena arena, long bytes) {
    this.unit = unit;
    memory = arena.allocate(bytes, 4096);
    unit.attach(memory, ADDRESS);
    enableInterrupt();
  }

  void enableInterrupt() {
    unit.write(GLOBAL_INTERRUPT_ENABLE, 1);
    unit.write(INTERRUPT_ENABLE, 1);
  }

  /** Places a layer and its input in memory, and {@return the run that computes it} */
  DenseRun place(DenseLayer layer, short[] x, int batch, Places places) {
    memory.fill(UNTOUCHED);
    long xAt = places.x();
    write(memory.asSlice(xAt), x, layer.format().wideInput());
    long xBytes = (long) x.length * layer.format().inputBytes();
    long weightsAt = (xAt + xBytes + 63) / 64 * 64 + places.weights();
    PackedWeights.pack(layer, memory.asSlice(weightsAt));
    long weightBytes = PackedWeights.bytes(layer.rows(), layer.cols(), layer.format());
    long yAt = weightsAt + weightBytes + places.y();
    return new DenseRun(
        ADDRESS + xAt,
        ADDRESS + weightsAt,
        ADDRESS + yAt,
        batch,
        layer.rows(),
        layer.cols(),
        layer.format());
  }

  void argue(DenseRun run) {
    argue(DenseArgument.X, run.x());
    argue(DenseArgument.WEIGHTS, run.weights());
    argue(DenseArgument.Y, run.y());
    argue(DenseArgument.BATCH, run.batch());
    argue(DenseArgument.ROWS, run.rows());
    argue(DenseArgument.COLS, run.cols());
    argue(DenseArgument.MODE, run.format().mode());
  }

  void argue(DenseArgument argument, long value) {
    unit.write(argument.offset(), (int) value);
    if (argument.isAddress()) {
      unit.write(argument.offset() + Integer.BYTES, (int) (value >>> Integer.SIZE));
    }
  }

  Outcome run(DenseRun run) {
    argue(run);
    start();
    finish();
    return outcome(run);
  }

  void start() {
    unit.write(CONTROL, START);
  }

  /** Waits for the interrupt, and sees the run end as XRT would. */
  void finish() {
    if (!unit.interrupt()) {
      unit.step(MOST_CYCLES);
    }
    assertTrue(unit.interrupt(), "no interrupt after " + MOST_CYCLES + " cycles");
    unit.write(INTERRUPT_STATUS, 1);
    assertFalse(unit.interrupt());
    assertEquals(DONE | IDLE, unit.read(CONTROL));
    assertEquals(IDLE, unit.read(CONTROL));
  }

  Outcome outcome(DenseRun run) {
    long cycles =
        Integer.toUnsignedLong(unit.read(CYCLES))
            | (long) unit.read(CYCLES + Integer.BYTES) << Integer.SIZE;
    int count = Math.toIntExact(run.batch() * run.rows());
    MemorySegment y = memory.asSlice(run.y() - ADDRESS);
    return new Outcome(unit.read(STATUS), cycles, read(y, count, run.format().wideOutput()));
  }

  /** Fails where bytes around y were written. */
  void assertNothingElseWritten(DenseRun run) {
    long end = run.y() - ADDRESS + run.yBytes();
    for (int i = 1; i <= 64; i++) {
      assertEquals(UNTOUCHED, memory.get(ValueLayout.JAVA_BYTE, run.y() - ADDRESS - i));
      assertEquals(UNTOUCHED, memory.get(ValueLayout.JAVA_BYTE, end + i - 1));
    }
  }

  static short[] expected(DenseLayer layer, short[] x, int batch) {
    short[] y = new short[batch * layer.rows()];
    short[] row = new short[layer.cols()];
    for (int i = 0; i < batch; i++) {
      System.arraycopy(x, i * row.length, row, 0, row.length);
      System.arraycopy(layer.apply(row), 0, y, i * layer.rows(), layer.rows());
    }
    return y;
  }

  private static void write(MemorySegment to, short[] values, boolean wide) {
    for (int i = 0; i < values.length; i++) {
      if (wide) {
        to.set(SHORT, 2L * i, values[i]);
      } else {
        to.set(ValueLayout.JAVA_BYTE, i, (byte) values[i]);
      }
    }
  }

  private static short[] read(MemorySegment from, int count, boolean wide) {
    short[] values = new short[count];
    for (int i = 0; i < count; i++) {
      values[i] = wide ? from.get(SHORT, 2L * i) : from.get(ValueLayout.JAVA_BYTE, i);
    }
    return values;
  }
}
