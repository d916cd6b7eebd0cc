package dev.halyard.runtime.isolate;

import dev.halyard.spi.DeviceMemory;
import dev.halyard.spi.MemorySlice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A block that the child knows by a number: shared memory, or the device's own. */
final class IsolatedMemory implements DeviceMemory {
  private final IsolatedDriver driver;
  private final long id;
  private final long base;
  private final long bytes;
  private final @Nullable MemorySegment segment;
  private final @Nullable Arena arena;
  private final boolean owned;

  private IsolatedMemory(
      IsolatedDriver driver,
      long id,
      long base,
      long bytes,
      @Nullable MemorySegment segment,
      @Nullable Arena arena,
      boolean owned) {
    this.driver = driver;
    this.id = id;
    this.base = base;
    this.bytes = bytes;
    this.segment = segment;
    this.arena = arena;
    this.owned = owned;
  }

  /** {@return memory that only the device sees} */
  static IsolatedMemory remote(IsolatedDriver driver, long id, long bytes) {
    return new IsolatedMemory(driver, id, 0, bytes, null, null, true);
  }

  /** {@return memory that both processes see, freed with its arena} */
  static IsolatedMemory shared(IsolatedDriver driver, long id, MemorySegment segment, Arena arena) {
    return new IsolatedMemory(driver, id, 0, segment.byteSize(), segment, arena, true);
  }

  /** {@return a part of shared memory that belongs to an arena of the application} */
  static IsolatedMemory view(IsolatedDriver driver, long id, long base, MemorySegment segment) {
    return new IsolatedMemory(driver, id, base, segment.byteSize(), segment, null, false);
  }

  static IsolatedMemory of(MemorySlice slice) {
    if (slice.memory() instanceof IsolatedMemory own) {
      return own;
    }
    throw new IllegalArgumentException("the memory is of another driver");
  }

  long id() {
    return id;
  }

  /** {@return where a slice of this block begins in what the child knows by the number} */
  long offset(MemorySlice slice) {
    return base + slice.offset();
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public Optional<MemorySegment> segment() {
    return Optional.ofNullable(segment);
  }

  @Override
  public void close() {
    try {
      if (owned) {
        driver.free(id);
      }
    } finally {
      if (arena != null) {
        arena.close();
      }
    }
  }
}
