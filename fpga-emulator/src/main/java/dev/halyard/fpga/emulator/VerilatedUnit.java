package dev.halyard.fpga.emulator;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.halyard.OutOfDeviceMemoryException;
import dev.halyard.PluginException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * A compute unit that Verilator has made of its RTL, in a library that {@link UnitBuilder} built.
 */
public final class VerilatedUnit implements Unit {
  private static final int OKAY = 0;
  private static final int TEXT_BYTES = 256;

  private final Arena arena;
  private final UnitCalls calls;
  private final MemorySegment unit;

  private VerilatedUnit(Arena arena, UnitCalls calls, MemorySegment unit) {
    this.arena = arena;
    this.calls = calls;
    this.unit = unit;
  }

  /**
   * Opens a unit, reset, with no memory.
   *
   * @param library what {@link UnitBuilder#build} made
   * @return the unit
   * @throws PluginException if the file is no such library
   * @throws OutOfDeviceMemoryException if there is no memory for the unit's state
   */
  public static VerilatedUnit open(Path library) {
    Arena arena = Arena.ofShared();
    try {
      UnitCalls calls = UnitCalls.load(library, arena);
      MemorySegment unit = calls.address("unit_open");
      if (unit.address() == 0) {
        throw new OutOfDeviceMemoryException(
            "no memory for the state of a simulated unit; close others");
      }
      return new VerilatedUnit(arena, calls, unit);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  @Override
  public String kind() {
    return "rtl";
  }

  @Override
  public void reset() {
    calls.run("unit_reset", unit);
  }

  @Override
  public void attach(MemorySegment memory, long address) {
    if (calls.integer("unit_attach_mem", unit, memory, address, memory.byteSize()) != OKAY) {
      throw UnitErrors.attach(memory, address);
    }
  }

  @Override
  public void timing(UnitTiming timing) {
    calls.run(
        "unit_timing",
        unit,
        timing.readLatency(),
        timing.writeLatency(),
        timing.stalls(),
        timing.seed());
  }

  @Override
  public void write(int offset, int value) {
    UnitErrors.check(calls.integer("unit_mmio_write", unit, offset, value), "write", offset);
  }

  @Override
  public int read(int offset) {
    try (Arena call = Arena.ofConfined()) {
      MemorySegment value = call.allocate(JAVA_INT);
      UnitErrors.check(calls.integer("unit_mmio_read", unit, offset, value), "read", offset);
      return value.get(JAVA_INT, 0);
    }
  }

  @Override
  public long step(long cycles) {
    return calls.wide("unit_step", unit, cycles);
  }

  @Override
  public long cycles() {
    return calls.wide("unit_cycles", unit);
  }

  @Override
  public boolean interrupt() {
    return calls.integer("unit_irq", unit) != 0;
  }

  @Override
  public void fault(UnitFault fault) {
    calls.run("unit_fault", unit, fault.code());
  }

  @Override
  public long transactions() {
    return calls.wide("unit_transactions", unit);
  }

  @Override
  public long violations() {
    return calls.wide("unit_violations", unit, MemorySegment.NULL, 0L);
  }

  @Override
  public String firstViolation() {
    try (Arena call = Arena.ofConfined()) {
      MemorySegment text = call.allocate(TEXT_BYTES);
      calls.wide("unit_violations", unit, text, text.byteSize());
      return text.getString(0);
    }
  }

  @Override
  public void close() {
    calls.run("unit_close", unit);
    arena.close();
  }
}
