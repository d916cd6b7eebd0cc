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
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.jocl.cl_command_queue;
import org.jocl.cl_mem;
import org.jspecify.annotations.Nullable;

/**
 * Pinned host memory, through which copies to and from a device with memory of its own go. Such a
 * device reads and writes only pinned pages by itself; from others the driver copies inside the
 * call, which then neither returns early nor runs beside a kernel (NVIDIA, OpenCL Best Practices
 * Guide, "Pinned Memory" and "Asynchronous Transfers"). Buffers with {@code CL_MEM_ALLOC_HOST_PTR}
 * that stay mapped are what OpenCL has for it.
 */
final class Staging implements AutoCloseable {
  /**
   * A larger copy takes longer than what it would run beside, and would hold much of the memory.
   */
  static final long MAX_COPY_BYTES = 16L << 20;

  /** Pinned pages are lost to the rest of the machine. */
  static final long MAX_BYTES = 64L << 20;

  private final OpenClContext context;
  private final OpenClCounters counters;
  private final cl_command_queue queue;
  private final BufferPool pool;
  private long taken;

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
    queue = context.createQueue();
    pool = new BufferPool(maxBlockBytes, MAX_BYTES / 2, this::pin);
  }

  /**
   * {@return memory for a copy, to be given back; null where the copy is to be made without: it is
   * large, or much is taken, or the driver pins no more}
   *
   * @param bytes 1 or more
   */
  @Nullable ClBlock take(long bytes) {
    long capacity = pool.capacity(bytes);
    synchronized (this) {
      if (bytes > MAX_COPY_BYTES || taken + capacity > MAX_BYTES) {
        return null;
      }
      taken += capacity;
    }
    ClBlock block = null;
    try {
      block = pool.take(bytes);
    } catch (HalyardException e) {
      // What else is wrong with the device, the copy itself will meet.
    } finally {
      settle(capacity, block);
    }
    return block;
  }

  /** A pool that is short of memory gives a smaller block than it would like to. */
  private synchronized void settle(long reserved, @Nullable ClBlock block) {
    long capacity = block == null ? 0 : block.capacity();
    taken += capacity - reserved;
    if (block != null) {
      counters.nativeBytes.add(capacity);
      counters.handles.increment();
    }
  }

  /** Takes memory back that no command of the device uses any more. */
  void give(ClBlock block) {
    synchronized (this) {
      taken -= block.capacity();
    }
    counters.nativeBytes.add(-block.capacity());
    counters.handles.decrement();
    pool.give(block);
  }

  private ClBlock pin(long bytes) {
    int[] code = new int[1];
    cl_mem memory =
        clCreateBuffer(
            context.handle(), CL_MEM_READ_WRITE | CL_MEM_ALLOC_HOST_PTR, bytes, null, code);
    ClError.check(code[0], "clCreateBuffer of " + bytes + " bytes of pinned memory");
    ByteBuffer mapped =
        clEnqueueMapBuffer(
            queue, memory, CL_TRUE, CL_MAP_READ | CL_MAP_WRITE, 0, bytes, 0, null, null, code);
    if (mapped == null || code[0] != ClError.SUCCESS) {
      clReleaseMemObject(memory);
      throw ClError.exception(code[0], "clEnqueueMapBuffer of " + bytes + " bytes");
    }
    return new PinnedBlock(memory, bytes, mapped);
  }

  /** Mapped until it is freed. */
  private final class PinnedBlock extends ClBlock {
    private final cl_mem memory;
    private final ByteBuffer mapped;

    PinnedBlock(cl_mem memory, long bytes, ByteBuffer mapped) {
      super(memory, bytes, MemorySegment.ofBuffer(mapped), null, null, context::isGone);
      this.memory = memory;
      this.mapped = mapped;
    }

    @Override
    void free() {
      if (!context.isGone()) {
        clEnqueueUnmapMemObject(queue, memory, mapped, 0, null, null);
        ClCalls.finish(queue.getNativePointer());
      }
      super.free();
    }
  }

  @Override
  public void close() {
    pool.close();
    clReleaseCommandQueue(queue);
  }
}
