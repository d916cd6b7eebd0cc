package dev.halyard.opencl;

import dev.halyard.spi.DeviceMemory;
import dev.halyard.spi.MemorySlice;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** A block of memory as the runtime holds it: a range of a buffer. */
final class OpenClMemory implements DeviceMemory {
  private final OpenClBuffer buffer;
  private final long base;
  private final long bytes;
  private final AtomicBoolean closed = new AtomicBoolean();

  /**
   * Takes over one use of a buffer.
   *
   * @param buffer the memory
   * @param base where the block begins in it
   * @param bytes the size of the block
   */
  OpenClMemory(OpenClBuffer buffer, long base, long bytes) {
    this.buffer = buffer;
    this.base = base;
    this.bytes = bytes;
  }

  OpenClBuffer buffer() {
    return buffer;
  }

  long base() {
    return base;
  }

  /** {@return the buffer of a slice of this driver's memory} */
  static OpenClBuffer bufferOf(MemorySlice slice) {
    return of(slice).buffer;
  }

  /** {@return where a slice begins in its buffer} */
  static long offsetOf(MemorySlice slice) {
    return of(slice).base + slice.offset();
  }

  private static OpenClMemory of(MemorySlice slice) {
    return (OpenClMemory) slice.memory();
  }

  /** {@return whether two slices have a byte in common, be it under two handles} */
  static boolean overlap(MemorySlice a, MemorySlice b) {
    if (a.bytes() == 0 || b.bytes() == 0) {
      return false;
    }
    long beginA = offsetOf(a);
    long beginB = offsetOf(b);
    if (bufferOf(a) != bufferOf(b)) {
      Optional<MemorySegment> hostA = bufferOf(a).host();
      Optional<MemorySegment> hostB = bufferOf(b).host();
      if (hostA.isEmpty() || hostB.isEmpty()) {
        return false;
      }
      beginA += hostA.get().address();
      beginB += hostB.get().address();
    }
    return beginA < beginB + b.bytes() && beginB < beginA + a.bytes();
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public Optional<MemorySegment> segment() {
    return buffer.host().map(host -> host.asSlice(base, bytes));
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      buffer.release();
    }
  }
}
