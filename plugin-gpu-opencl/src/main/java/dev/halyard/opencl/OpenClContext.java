package dev.halyard.opencl;

import static org.jocl.CL.CL_CONTEXT_PLATFORM;
import static org.jocl.CL.CL_MEM_READ_ONLY;
import static org.jocl.CL.CL_MEM_READ_WRITE;
import static org.jocl.CL.CL_MEM_USE_HOST_PTR;
import static org.jocl.CL.CL_QUEUE_PROFILING_ENABLE;
import static org.jocl.CL.clCreateBuffer;
import static org.jocl.CL.clCreateCommandQueue;
import static org.jocl.CL.clCreateContext;
import static org.jocl.CL.clReleaseCommandQueue;
import static org.jocl.CL.clReleaseContext;

import dev.halyard.OutOfDeviceMemoryException;
import dev.halyard.PluginException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.jocl.Pointer;
import org.jocl.cl_command_queue;
import org.jocl.cl_context;
import org.jocl.cl_context_properties;
import org.jocl.cl_device_id;
import org.jocl.cl_mem;
import org.jspecify.annotations.Nullable;

/** A context of one device: makes its queues and all memory, and counts the memory. */
final class OpenClContext implements AutoCloseable {
  /** Of host memory under a buffer: a page, at which every driver shares it. */
  static final long HOST_ALIGNMENT = 4096;

  private static final long MAX_POOLED_BYTES = 256L << 20;

  private final OpenClDevice device;
  private final OpenClCounters counters;
  private final cl_context context;
  private final BufferPool pool;
  private final boolean hostVisible;
  private final @Nullable CommandBuffers commandBuffers;
  private final @Nullable Staging staging;
  private volatile boolean gone;

  OpenClContext(OpenClDevice device, OpenClConfiguration configuration, OpenClCounters counters) {
    this.device = device;
    this.counters = counters;
    cl_context_properties properties = new cl_context_properties();
    properties.addProperty(CL_CONTEXT_PLATFORM, device.platform());
    int[] code = new int[1];
    context =
        clCreateContext(properties, 1, new cl_device_id[] {device.device()}, null, null, code);
    ClError.check(code[0], "clCreateContext for " + device.name());
    try {
      hostVisible =
          switch (configuration.memory()) {
            case HOST -> requireSharing();
            case DEVICE -> false;
            case AUTO -> device.sharesHostMemory() && HostSharing.isSeen(this);
          };
      commandBuffers =
          configuration.commandBuffer().orElse(!device.isProcessor())
              ? CommandBuffers.of(this).orElse(null)
              : null;
      staging =
          !hostVisible && configuration.staging().orElse(!device.isProcessor())
              ? new Staging(this, counters, device.maxBlockBytes())
              : null;
    } catch (RuntimeException | Error e) {
      clReleaseContext(context);
      throw e;
    }
    pool =
        new BufferPool(
            device.maxBlockBytes(),
            Math.min(MAX_POOLED_BYTES, device.memoryBytes() / 8),
            hostVisible ? this::createOverHost : this::createOnDevice);
  }

  private boolean requireSharing() {
    if (!HostSharing.isSeen(this)) {
      throw new PluginException(
          "halyard.opencl.memory is 'host', and "
              + device.name()
              + " does not share the host's memory; set auto or device");
    }
    return true;
  }

  OpenClDevice device() {
    return device;
  }

  cl_context handle() {
    return context;
  }

  /** {@return whether buffers are the host's own memory} */
  boolean hostVisible() {
    return hostVisible;
  }

  /** {@return the device's command buffers, where it has them and they are wanted} */
  Optional<CommandBuffers> commandBuffers() {
    return Optional.ofNullable(commandBuffers);
  }

  /** {@return whether the device is gone, so that its calls may hang} */
  boolean isGone() {
    return gone;
  }

  void markGone() {
    gone = true;
  }

  BufferPool pool() {
    return pool;
  }

  @SuppressWarnings("deprecation") // its successor is missing before OpenCL 2.0
  cl_command_queue createQueue() {
    int[] code = new int[1];
    cl_command_queue queue =
        clCreateCommandQueue(context, device.device(), CL_QUEUE_PROFILING_ENABLE, code);
    ClError.check(code[0], "clCreateCommandQueue");
    return queue;
  }

  /**
   * {@return a buffer of the device's kind of memory; its content is undefined}
   *
   * @param bytes 0 or more
   * @throws OutOfDeviceMemoryException if there is not so much
   */
  OpenClBuffer allocate(long bytes) {
    long size = Math.max(bytes, 1);
    if (size > device.maxBlockBytes()) {
      throw new OutOfDeviceMemoryException(
          "the OpenCL device "
              + device.name()
              + " has blocks of at most "
              + device.maxBlockBytes()
              + " bytes, not of "
              + bytes
              + "; make tensors smaller or take another device");
    }
    ClBlock block = pool.take(size);
    counters.nativeBytes.add(size);
    counters.handles.increment();
    return new OpenClBuffer(
        block,
        size,
        () -> {
          counters.nativeBytes.add(-size);
          counters.handles.decrement();
          pool.give(block);
        });
  }

  /**
   * {@return a buffer over host memory that stays the caller's, and where in it that memory begins;
   * empty where the driver refuses it}
   *
   * @param segment native memory
   * @param readOnly whether kernels only read it
   */
  Optional<OpenClMemory> over(MemorySegment segment, boolean readOnly) {
    long begin = segment.address() & -HOST_ALIGNMENT;
    long base = segment.address() - begin;
    long bytes = base + segment.byteSize();
    MemorySegment host = MemorySegment.ofAddress(begin).reinterpret(bytes);
    int[] code = new int[1];
    cl_mem memory = bytes > device.maxBlockBytes() ? null : createOver(host, readOnly, code);
    if (memory == null || code[0] == ClError.INVALID_BUFFER_SIZE) {
      return Optional.empty();
    }
    ClError.check(code[0], "clCreateBuffer over " + bytes + " bytes of the host");
    ClBlock block = new ClBlock(memory, bytes, host, null, segment, this::isGone);
    counters.handles.increment();
    OpenClBuffer buffer =
        new OpenClBuffer(
            block,
            bytes,
            () -> {
              counters.handles.decrement();
              block.free();
            });
    return Optional.of(new OpenClMemory(buffer, base, segment.byteSize()));
  }

  private cl_mem createOver(MemorySegment host, boolean readOnly, int[] code) {
    long flags = CL_MEM_USE_HOST_PTR | (readOnly ? CL_MEM_READ_ONLY : CL_MEM_READ_WRITE);
    // The pointer of a slice: a ByteBuffer cannot be larger than 2 GiB, and need not be.
    Pointer pointer = Pointer.to(host.asSlice(0, 1).asByteBuffer());
    return clCreateBuffer(context, flags, host.byteSize(), pointer, code);
  }

  /** {@return a block over host memory of its own} */
  ClBlock createOverHost(long bytes) {
    Arena arena = Arena.ofShared();
    try {
      MemorySegment host = arena.allocate(bytes, HOST_ALIGNMENT);
      int[] code = new int[1];
      cl_mem memory = createOver(host, false, code);
      ClError.check(code[0], "clCreateBuffer over " + bytes + " bytes of the host");
      return new ClBlock(memory, bytes, host, arena, null, this::isGone);
    } catch (OutOfMemoryError | IllegalArgumentException e) {
      arena.close();
      throw new OutOfDeviceMemoryException(
          "the OpenCL device wanted "
              + bytes
              + " bytes of host memory and the operating system or -XX:MaxDirectMemorySize gives no"
              + " more; close tensors and kernels or raise the limit",
          e);
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  /** {@return a block of the device's own memory} */
  ClBlock createOnDevice(long bytes) {
    int[] code = new int[1];
    cl_mem memory = clCreateBuffer(context, CL_MEM_READ_WRITE, bytes, null, code);
    if (code[0] == ClError.INVALID_BUFFER_SIZE) {
      throw new OutOfDeviceMemoryException(
          "the OpenCL device " + device.name() + " has no block of " + bytes + " bytes");
    }
    ClError.check(code[0], "clCreateBuffer of " + bytes + " bytes");
    return new ClBlock(memory, bytes, null, null, null, this::isGone);
  }

  /**
   * {@return pinned memory for a copy, for {@link #giveStaging}; null where the copy goes without}
   *
   * @param bytes 1 or more
   */
  @Nullable ClBlock takeStaging(long bytes) {
    return staging == null ? null : staging.take(bytes);
  }

  /** Takes pinned memory back that no command of the device uses any more. */
  void giveStaging(ClBlock block) {
    if (staging != null) {
      staging.give(block);
    }
  }

  /** Copies host memory to a buffer, and returns when that is done. */
  void upload(MemorySegment from, OpenClBuffer to) {
    cl_command_queue queue = createQueue();
    try {
      long handle = queue.getNativePointer();
      int code = write(handle, from, to);
      if (madeRoom(code)) {
        code = write(handle, from, to);
      }
      int finished = ClCalls.finish(handle);
      ClError.check(code, "clEnqueueWriteBuffer of " + from.byteSize() + " bytes");
      ClError.check(finished, "clFinish");
    } finally {
      clReleaseCommandQueue(queue);
    }
  }

  private static int write(long queue, MemorySegment from, OpenClBuffer to) {
    return ClCalls.enqueueWrite(queue, to.handle(), 0, from.byteSize(), from.address(), 0);
  }

  /** {@return whether a call may succeed when it is repeated: memory was short and is freed now} */
  boolean madeRoom(int code) {
    return ClError.isOutOfMemory(code) && pool.flush();
  }

  @Override
  public void close() {
    pool.close();
    if (staging != null) {
      staging.close();
    }
    if (commandBuffers != null) {
      commandBuffers.close();
    }
    clReleaseContext(context);
  }
}
