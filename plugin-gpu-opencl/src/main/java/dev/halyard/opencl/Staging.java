package dev.halyard.opencl;

import static org.jocl.CL.CL_MAP_READ;
import static org.jocl.CL.CL_MAP_WRITE;
import static org.jocl.CL.CL_MEM_ALLOC_HOST_PTR;
import static org.jocl.CL.CL_MEM_READ_WRITE;
import static org.jocl.CL.CL_TRUE;
import static org.jocl.CL.clCreateBuffer;
import static org.jocl.CL.clEnqueueMapBuffer;
import static org.jocl.CL.clEnqueueUnmapMemObject;
import static org.jocl.CL.clReleaseCommandQueue;
import static org.jocl.CL.clReleaseMemObject;

import dev.halyard.HalyardException;
import dev.halyard.OutOfDeviceMemoryException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.jocl.cl_command_queue;
import org.jocl.cl_mem;
import org.jspecify.annotations.Nullable;

/**
 * Pinned host memory, through which copies to and from a device with memory of its own go. Such a
 * device reads and writes only pinned pages by itself; other memory is copied by the driver, which
 * may hold up its caller until what was submitted before is done (NVIDIA, OpenCL Best Practices
 * Guide, "Pinned Memory" and "Asynchronous Transfers"). Buffers with {@code CL_MEM_ALLOC_HOST_PTR}
 * that stay mapped are what OpenCL has for it. The two sizes are estimates: no GPU has shown better
 * ones yet.
 */
final class Staging implements AutoCloseable {
  /** Copies above it are few and long, and left to the driver. */
  static final long MAX_COPY_BYTES = 16L << 20;

  /** What is pinned at once, in use or kept for the next copy: the machine has so much less. */
  static final long MAX_BYTES = 64L << 20;

  private final OpenClContext context;
  private final OpenClCounters counters;
  private final BufferPool pool;
  private final AtomicLong pinned = new AtomicLong();
  private @Nullable cl_command_queue queue;

  /**
   * Pins nothing yet.
   *
   * @param context of the device
   * @param counters where what is taken counts
   * @param maxBlockBytes the largest buffer that the device has
   */
  Staging(OpenClContext context, OpenClCounters counters, long maxBlockBytes) {
    this.context = context;
    this.counters = counters;
    pool = new BufferPool(maxBlockBytes, MAX_BYTES, this::pin);
  }

  /**
   * {@return memory for a copy, to be given back; null where the copy is to be made without: it is
   * large, or much is in use, or the driver pins no more}
   *
   * @param bytes 1 or more
   */
  @Nullable ClBlock take(long bytes) {
    if (bytes > MAX_COPY_BYTES) {
      return null;
    }
    try {
      ClBlock block = pool.take(bytes);
      counters.nativeBytes.add(block.capacity());
      counters.handles.increment();
      return block;
    } catch (HalyardException e) {
      return null; // what else is wrong with the device, the copy itself will meet
    }
  }

  /** Takes memory back that no command of the device uses any more. */
  void give(ClBlock block) {
    counters.nativeBytes.add(-block.capacity());
    counters.handles.decrement();
    pool.give(block);
  }

  private ClBlock pin(long bytes) {
    if (pinned.addAndGet(bytes) > MAX_BYTES) {
      pinned.addAndGet(-bytes);
      throw new OutOfDeviceMemoryException("no more than " + MAX_BYTES + " bytes are pinned");
    }
    boolean done = false;
    try {
      ClBlock block = map(bytes);
      done = true;
      return block;
    } finally {
      if (!done) {
        pinned.addAndGet(-bytes);
      }
    }
  }

  private ClBlock map(long bytes) {
    cl_command_queue mapping = queue();
    int[] code = new int[1];
    cl_mem memory =
        clCreateBuffer(
            context.handle(), CL_MEM_READ_WRITE | CL_MEM_ALLOC_HOST_PTR, bytes, null, code);
    ClError.check(code[0], "clCreateBuffer of " + bytes + " bytes of pinned memory");
    ByteBuffer mapped =
        clEnqueueMapBuffer(
            mapping, memory, CL_TRUE, CL_MAP_READ | CL_MAP_WRITE, 0, bytes, 0, null, null, code);
    if (mapped == null || code[0] != ClError.SUCCESS) {
      clReleaseMemObject(memory);
      throw ClError.exception(code[0], "clEnqueueMapBuffer of " + bytes + " bytes");
    }
    return new PinnedBlock(memory, bytes, mapped, mapping);
  }

  private synchronized cl_command_queue queue() {
    cl_command_queue made = queue;
    if (made == null) {
      made = context.createQueue();
      queue = made;
    }
    return made;
  }

  /** Mapped until it is freed. */
  private final class PinnedBlock extends ClBlock {
    private final cl_mem memory;
    private final ByteBuffer mapped;
    private final cl_command_queue mapping;

    PinnedBlock(cl_mem memory, long bytes, ByteBuffer mapped, cl_command_queue mapping) {
      super(memory, bytes, MemorySegment.ofBuffer(mapped), null, null, context::isGone);
      this.memory = memory;
      this.mapped = mapped;
      this.mapping = mapping;
    }

    /** Waits for nothing: the object ends when the commands that use it have. */
    @Override
    void free() {
      if (!context.isGone()) {
        clEnqueueUnmapMemObject(mapping, memory, mapped, 0, null, null);
        ClCalls.flush(mapping.getNativePointer());
      }
      super.free();
      pinned.addAndGet(-capacity());
    }
  }

  @Override
  public synchronized void close() {
    pool.close();
    if (queue != null) {
      clReleaseCommandQueue(queue);
    }
  }
}
