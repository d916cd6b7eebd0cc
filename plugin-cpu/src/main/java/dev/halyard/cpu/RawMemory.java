package dev.halyard.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * All of native memory as one segment, addressed by absolute addresses.
 *
 * <p>Generated kernels read and write through this constant: its class is known to the compiler, so
 * that neither the kinds of segments that the rest of the process uses nor scope checks cost them
 * anything. Their callers check every range once, by {@link #address}, and hold the memory alive.
 */
final class RawMemory {
  static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
  static final ByteOrder ORDER = ByteOrder.nativeOrder();
  static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  /** Its lowest byte comes first. */
  static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private RawMemory() {}

  static float get(long address) {
    return ALL.get(FLOAT, address);
  }

  static void set(float value, long address) {
    ALL.set(FLOAT, address, value);
  }

  /**
   * {@return the absolute address of a range of a native segment}
   *
   * @param segment a native segment
   * @param offset where the range starts, in bytes
   * @param bytes its length
   * @throws IndexOutOfBoundsException if the range is not within the segment
   */
  static long address(MemorySegment segment, long offset, long bytes) {
    Objects.checkFromIndexSize(offset, bytes, segment.byteSize());
    return segment.address() + offset;
  }
}
