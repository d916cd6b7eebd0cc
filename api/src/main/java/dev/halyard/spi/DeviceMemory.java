package dev.halyard.spi;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * A block of memory that a device can use. The runtime closes it, once: never while a ticket that
 * uses it is outstanding, unless the device is lost and the stream of that ticket is closed.
 */
public interface DeviceMemory extends AutoCloseable {
  /** {@return the size in bytes} */
  long bytes();

  /** {@return the memory as the host sees it; empty where it must be uploaded and downloaded} */
  Optional<MemorySegment> segment();

  /** Gives the block back. For imported memory, only the device's own bookkeeping ends. */
  @Override
  void close();
}
