package dev.halyard.runtime.isolate;

import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.DeviceMemory;
import dev.halyard.spi.MemoryKind;
import dev.halyard.spi.MemorySlice;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Memory that the application knows by numbers of its choice. */
final class HostedMemory {
  private final DeviceDriver driver;
  private final Path folder;
  private final Map<Long, Block> blocks = new ConcurrentHashMap<>();

  /**
   * A block.
   *
   * @param memory of the device; null for memory that copies only pass through
   * @param mapped shared memory; null for the device's own
   * @param arena of the shared memory
   */
  private record Block(
      @Nullable DeviceMemory memory, @Nullable MemorySegment mapped, @Nullable Arena arena) {
    void close() {
      if (memory != null) {
        memory.close();
      }
      if (arena != null) {
        arena.close();
      }
    }
  }

  HostedMemory(DeviceDriver driver, Path folder) {
    this.driver = driver;
    this.folder = folder;
  }

  void allocate(MessageReader in) {
    long id = in.number();
    MemoryKind kind = driver.memoryKinds().get(in.count());
    blocks.put(id, new Block(driver.allocate(kind, in.number()), null, null));
  }

  /** {@return whether the device can use the shared memory, which is kept only if so} */
  boolean share(MessageReader in) {
    long id = in.number();
    Arena arena = Arena.ofShared();
    boolean kept = false;
    try {
      String file = in.text();
      MemorySegment mapped = Hosted.map(SharedFolder.file(folder, file), in.number(), arena);
      @Nullable DeviceMemory memory = driver.importHost(mapped).orElse(null);
      if (memory != null) {
        blocks.put(id, new Block(memory, mapped, arena));
        kept = true;
      }
      return kept;
    } finally {
      if (!kept) {
        arena.close();
      }
    }
  }

  /** Maps memory that copies pass through. */
  void map(MessageReader in) {
    long id = in.number();
    String file = in.text();
    Arena arena = Arena.ofShared();
    MemorySegment mapped = Hosted.map(SharedFolder.file(folder, file), in.number(), arena);
    blocks.put(id, new Block(null, mapped, arena));
  }

  void free(long id) {
    Block block = blocks.remove(id);
    if (block == null) {
      throw new ProtocolException("there is no memory of number " + id);
    }
    block.close();
  }

  private Block block(long id) {
    Block block = blocks.get(id);
    if (block == null) {
      throw new ProtocolException("there is no memory of number " + id);
    }
    return block;
  }

  MemorySlice slice(long id, long offset, long bytes) {
    return MemorySlice.of(Objects.requireNonNull(block(id).memory), offset, bytes);
  }

  MemorySlice slice(MessageReader in) {
    long id = in.number();
    long offset = in.number();
    return slice(id, offset, in.number());
  }

  /** {@return the beginning of memory that copies pass through} */
  MemorySegment staging(long id, long bytes) {
    return Objects.requireNonNull(block(id).mapped).asSlice(0, bytes);
  }
}
