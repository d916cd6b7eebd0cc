package dev.halyard.opencl;

import static org.jocl.CL.clReleaseMemObject;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jocl.cl_mem;
import org.jspecify.annotations.Nullable;

/**
 * A memory object of OpenCL, with the host memory that it lies over. It pins the arena of that
 * memory, where the arena is its own: a kernel would go on over freed memory without a word.
 */
class ClBlock {
  private final cl_mem memory;
  private final long capacity;
  private final @Nullable MemorySegment host;
  private final @Nullable Arena arena;

  private final BooleanSupplier gone;

  // Reachable from here, so that an arena that nobody closes does not end before the object.
  @SuppressWarnings("unused")
  private final @Nullable MemorySegment pinned;

  /**
   * Takes over a memory object.
   *
   * @param memory the object
   * @param capacity its size in bytes
   * @param host the host memory that it lies over, if any
   * @param arena what to close with it, if anything
   * @param pinned the memory of somebody else that it lies over, if it does
   * @param gone whether the device is gone: it may still write, so that the arena is never closed
   */
  ClBlock(
      cl_mem memory,
      long capacity,
      @Nullable MemorySegment host,
      @Nullable Arena arena,
      @Nullable MemorySegment pinned,
      BooleanSupplier gone) {
    this.memory = memory;
    this.capacity = capacity;
    this.host = host;
    this.arena = arena;
    this.pinned = pinned;
    this.gone = gone;
  }

  long handle() {
    return memory.getNativePointer();
  }

  long capacity() {
    return capacity;
  }

  Optional<MemorySegment> host() {
    return Optional.ofNullable(host);
  }

  /** {@return the host memory of a block that is known to lie over some} */
  MemorySegment hostMemory() {
    return Objects.requireNonNull(host);
  }

  /** Frees it; called once, by its last owner. */
  void free() {
    // What a lost device answers here changes nothing: the block is gone either way.
    clReleaseMemObject(memory);
    if (arena != null && !gone.getAsBoolean()) {
      arena.close();
    }
  }
}
