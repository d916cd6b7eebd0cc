package dev.halyard.cpu;

import dev.halyard.OutOfDeviceMemoryException;
import dev.halyard.spi.DeviceMemory;
import dev.halyard.spi.MemorySlice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Native memory of the host: allocated here, or imported and then not freed here. */
final class CpuMemory implements DeviceMemory {
  /** The size of a cache line, and of the widest vector. */
  static final int ALIGNMENT = 64;

  private final MemorySegment segment;
  private final @Nullable Arena arena;
  private final CpuCounters counters;

  private CpuMemory(MemorySegment segment, @Nullable Arena arena, CpuCounters counters) {
    this.segment = segment;
    this.arena = arena;
    this.counters = counters;
    counters.handles.increment();
  }

  static CpuMemory allocate(long bytes, CpuCounters counters) {
    Arena arena = Arena.ofShared();
    try {
      return new CpuMemory(allocate(arena, bytes, "a buffer", counters), arena, counters);
    } catch (OutOfDeviceMemoryException e) {
      arena.close();
      throw e;
    }
  }

  /**
   * {@return memory of an arena; whoever closes it takes the bytes off the counter again}
   *
   * @param arena which memory to add to; the caller's to close, after a failure too
   * @param bytes how much
   * @param use what it is for, for whoever reads that there is none
   * @param counters counts the bytes
   */
  static MemorySegment allocate(Arena arena, long bytes, String use, CpuCounters counters) {
    try {
      MemorySegment segment = arena.allocate(bytes, ALIGNMENT);
      counters.nativeBytes.add(bytes);
      return segment;
    } catch (OutOfMemoryError | IllegalArgumentException e) {
      throw new OutOfDeviceMemoryException(
          "the CPU device wanted "
              + bytes
              + " bytes of host memory for "
              + use
              + " and the operating system or -XX:MaxDirectMemorySize gives"
              + " no more; close tensors and kernels or raise the limit",
          e);
    }
  }

  static CpuMemory imported(MemorySegment segment, CpuCounters counters) {
    return new CpuMemory(segment, null, counters);
  }

  /** {@return the bytes of a slice of this driver's memory} */
  static MemorySegment bytesOf(MemorySlice slice) {
    return ((CpuMemory) slice.memory()).segment.asSlice(slice.offset(), slice.bytes());
  }

  @Override
  public long bytes() {
    return segment.byteSize();
  }

  @Override
  public Optional<MemorySegment> segment() {
    return Optional.of(segment);
  }

  @Override
  public void close() {
    counters.handles.decrement();
    if (arena != null) {
      counters.nativeBytes.add(-segment.byteSize());
      arena.close();
    }
  }
}
