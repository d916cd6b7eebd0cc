package dev.halyard.fpga.emulator;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import dev.halyard.PluginException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** A unit that computes {@code c = a + b} over ints: the registers of a kernel and no RTL. */
final class VectorAdd implements Unit {
  static final String MODEL = "vector-add";
  static final int A = 0x10;
  static final int B = 0x1C;
  static final int C = 0x28;
  static final int N = 0x34;

  /** Read only: 0, or the AXI response that ended the last run. */
  static final int STATUS = 0x40;

  /** Refused with SLVERR. */
  static final int FORBIDDEN = 0x44;

  private static final int BYTES = 0x100;
  private static final int SLVERR = 2;
  private static final int DECERR = 3;

  private final BooleanSupplier mayEnd;
  private final ByteBuffer registers = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final NavigableMap<Long, MemorySegment> memory = new TreeMap<>();
  private final Set<UnitFault> faults = EnumSet.noneOf(UnitFault.class);
  private boolean running;
  private boolean silent;

  VectorAdd() {
    this(() -> true);
  }

  /** Makes a unit whose runs end when they may. */
  VectorAdd(BooleanSupplier mayEnd) {
    this.mayEnd = mayEnd;
  }

  @Override
  public String kind() {
    return "model";
  }

  @Override
  public void reset() {
    registers.put(0, new byte[BYTES]);
    running = false;
    silent = false;
  }

  @Override
  public void attach(MemorySegment segment, long address) {
    memory.put(address, segment);
  }

  @Override
  public void timing(UnitTiming timing) {
    // A run takes one step, whatever the memory.
  }

  @Override
  public void write(int offset, int value) {
    require(offset);
    if (offset == 0) {
      running |= (value & 1) != 0;
    } else if (offset == 0xC) {
      registers.putInt(offset, registers.getInt(offset) ^ value);
    } else {
      registers.putInt(offset, value);
    }
  }

  @Override
  public int read(int offset) {
    require(offset);
    return registers.getInt(offset);
  }

  private static void require(int offset) {
    if (offset >= FORBIDDEN) {
      throw new PluginException("register %#x answers SLVERR".formatted(offset));
    }
  }

  @Override
  public long step(long cycles) {
    if (faults.remove(UnitFault.SILENT)) {
      silent = true;
    }
    if (!running || silent || !mayEnd.getAsBoolean()) {
      return cycles;
    }
    running = false;
    registers.putInt(STATUS, run());
    registers.putInt(0xC, registers.getInt(8) & registers.getInt(4));
    return 1;
  }

  private int run() {
    if (faults.remove(UnitFault.READ_SLVERR)) {
      return SLVERR;
    }
    long bytes = 4L * registers.getInt(N);
    MemorySegment a = at(registers.getLong(A), bytes);
    MemorySegment b = at(registers.getLong(B), bytes);
    MemorySegment c = at(registers.getLong(C), bytes);
    if (a.byteSize() < bytes || b.byteSize() < bytes || c.byteSize() < bytes) {
      return DECERR;
    }
    if (faults.remove(UnitFault.WRITE_SLVERR)) {
      return SLVERR;
    }
    for (long i = 0; i < bytes; i += 4) {
      c.set(JAVA_INT_UNALIGNED, i, a.get(JAVA_INT_UNALIGNED, i) + b.get(JAVA_INT_UNALIGNED, i));
    }
    return 0;
  }

  private MemorySegment at(long address, long bytes) {
    Map.Entry<Long, MemorySegment> entry = memory.floorEntry(address);
    if (entry == null || address - entry.getKey() > entry.getValue().byteSize() - bytes) {
      return MemorySegment.NULL;
    }
    return entry.getValue().asSlice(address - entry.getKey(), bytes);
  }

  @Override
  public boolean interrupt() {
    return registers.getInt(0xC) != 0;
  }

  @Override
  public void fault(UnitFault fault) {
    faults.add(fault);
  }

  @Override
  public long cycles() {
    return 0;
  }

  @Override
  public long transactions() {
    return 0;
  }

  @Override
  public long violations() {
    return 0;
  }

  @Override
  public String firstViolation() {
    return "";
  }

  @Override
  public void close() {
    memory.clear();
  }
}
