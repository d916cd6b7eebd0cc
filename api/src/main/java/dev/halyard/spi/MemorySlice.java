package dev.halyard.spi;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/** A range of bytes of a {@link DeviceMemory}. */
public final class MemorySlice {
  private final DeviceMemory memory;
  private final long offset;
  private final long bytes;

  private MemorySlice(DeviceMemory memory, long offset, long bytes) {
    this.memory = memory;
    this.offset = offset;
    this.bytes = bytes;
  }

  /**
   * {@return a range of a block}
   *
   * @param memory the block
   * @param offset where the range starts, in bytes
   * @param bytes its length
   * @throws IndexOutOfBoundsException if the range is not within the block
   */
  public static MemorySlice of(DeviceMemory memory, long offset, long bytes) {
    Objects.checkFromIndexSize(offset, bytes, memory.bytes());
    return new MemorySlice(memory, offset, bytes);
  }

  /**
   * {@return the whole of a block}
   *
   * @param memory the block
   */
  public static MemorySlice of(DeviceMemory memory) {
    return of(memory, 0, memory.bytes());
  }

  /** {@return the block} */
  public DeviceMemory memory() {
    return memory;
  }

  /** {@return where the range starts in the block, in bytes} */
  public long offset() {
    return offset;
  }

  /** {@return the length in bytes} */
  public long bytes() {
    return bytes;
  }

  /**
   * {@return the range as the host sees it}
   *
   * @throws IllegalStateException if the memory is not host-visible
   */
  public MemorySegment segment() {
    return memory
        .segment()
        .orElseThrow(
            () ->
                new IllegalStateException("the memory is not host-visible; upload and download it"))
        .asSlice(offset, bytes);
  }
}
