package dev.halyard.opencl;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A block in use. Whoever keeps its handle counts as a user; with the last one gone the block goes
 * back to where it came from, and a later use is an exception: the driver would answer a dead
 * handle by ending the process.
 */
final class OpenClBuffer {
  private final ClBlock block;
  private final long bytes;
  private final Runnable giveBack;
  private final AtomicInteger users = new AtomicInteger(1);

  /**
   * Makes the buffer with one user.
   *
   * @param block the memory
   * @param bytes how much of it is used
   * @param giveBack what becomes of the block in the end
   */
  OpenClBuffer(ClBlock block, long bytes, Runnable giveBack) {
    this.block = block;
    this.bytes = bytes;
    this.giveBack = giveBack;
  }

  long bytes() {
    return bytes;
  }

  /** {@return the memory as the host sees it, if it does} */
  Optional<MemorySegment> host() {
    return block.host().map(segment -> segment.asSlice(0, bytes));
  }

  /** {@return the handle, for a user} */
  long handle() {
    if (users.get() <= 0) {
      throw closed();
    }
    return block.handle();
  }

  /** {@return this, with one user more} */
  OpenClBuffer retain() {
    int before = users.getAndUpdate(count -> count > 0 ? count + 1 : count);
    if (before <= 0) {
      throw closed();
    }
    return this;
  }

  void release() {
    int left = users.decrementAndGet();
    if (left == 0) {
      giveBack.run();
    } else if (left < 0) {
      throw closed();
    }
  }

  private static IllegalStateException closed() {
    return new IllegalStateException("this memory of an OpenCL device is closed");
  }
}
