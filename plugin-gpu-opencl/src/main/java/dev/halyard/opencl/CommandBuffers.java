package dev.halyard.opencl;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.jocl.CL.clReleaseCommandQueue;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import org.jocl.CL;
import org.jocl.cl_command_queue;

/**
 * The extension cl_khr_command_buffer (provisional, 0.9): the launches of a binding are recorded
 * once, and a run enqueues them by one call. Copies are not recorded, since the parameters of that
 * call have changed from version to version.
 */
final class CommandBuffers implements AutoCloseable {
  static final String EXTENSION = "cl_khr_command_buffer";

  // Of cl_ext.h.
  private static final int CAPABILITIES = 0x12A9;
  private static final int REQUIRED_QUEUE_PROPERTIES = 0x12AA;
  private static final long SIMULTANEOUS_USE_CAPABILITY = 1 << 2;
  private static final long FLAGS = 0x1293;
  private static final long SIMULTANEOUS_USE = 1;

  private final cl_command_queue queue;
  private final MethodHandle create;
  private final MethodHandle finish;
  private final MethodHandle release;
  private final MethodHandle enqueue;
  private final MethodHandle launch;

  private CommandBuffers(OpenClContext context, Functions functions) {
    create =
        functions.handle(
            "clCreateCommandBufferKHR", JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, ADDRESS);
    finish = functions.handle("clFinalizeCommandBufferKHR", JAVA_INT, JAVA_LONG);
    release = functions.handle("clReleaseCommandBufferKHR", JAVA_INT, JAVA_LONG);
    enqueue =
        functions.handle(
            "clEnqueueCommandBufferKHR",
            JAVA_INT,
            JAVA_INT,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_INT,
            JAVA_LONG,
            JAVA_LONG);
    launch =
        functions.handle(
            "clCommandNDRangeKernelKHR",
            JAVA_INT,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_INT,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_INT,
            JAVA_LONG,
            JAVA_LONG,
            JAVA_LONG);
    queue = context.createQueue();
  }

  /**
   * {@return the extension, where the device has it for in-order queues and lets a recording be
   * enqueued again before it has run}
   */
  static Optional<CommandBuffers> of(OpenClContext context) {
    OpenClDevice device = context.device();
    boolean there =
        device.hasExtension(EXTENSION)
            && (ClInfo.number(device.device(), CAPABILITIES) & SIMULTANEOUS_USE_CAPABILITY) != 0
            && (ClInfo.number(device.device(), REQUIRED_QUEUE_PROPERTIES)
                    & ~CL.CL_QUEUE_PROFILING_ENABLE)
                == 0;
    if (!there) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new CommandBuffers(context, new Functions(device.platform().getNativePointer())));
    } catch (UnsatisfiedLinkError incomplete) {
      return Optional.empty(); // the extension is announced and not all of it there
    }
  }

  /** The functions of an extension, which only its platform knows. */
  private record Functions(long platform) {
    MethodHandle handle(String name, MemoryLayout result, MemoryLayout... parameters) {
      long address = ClCalls.extensionFunction(platform, name);
      if (address == 0) {
        throw new UnsatisfiedLinkError("the OpenCL platform has no " + name);
      }
      return Linker.nativeLinker()
          .downcallHandle(
              MemorySegment.ofAddress(address), FunctionDescriptor.of(result, parameters));
    }
  }

  /**
   * A recording in the making.
   *
   * @param handle of the command buffer
   */
  record Recording(CommandBuffers buffers, long handle) {
    /** Adds a launch; {@return the code} */
    int launch(long kernel, int axes, long global, long local) {
      try {
        return (int)
            buffers.launch.invokeExact(
                handle, 0L, 0L, kernel, axes, 0L, global, local, 0, 0L, 0L, 0L);
      } catch (Throwable e) {
        throw ClCalls.unexpected(e);
      }
    }

    /** Ends it, so that it can be enqueued; {@return the code} */
    int finish() {
      try {
        return (int) buffers.finish.invokeExact(handle);
      } catch (Throwable e) {
        throw ClCalls.unexpected(e);
      }
    }

    void release() {
      try {
        int ignored = (int) buffers.release.invokeExact(handle);
      } catch (Throwable e) {
        throw ClCalls.unexpected(e);
      }
    }

    /**
     * Enqueues all that was recorded.
     *
     * @param queues the address of a queue's handle
     * @param event where the event of the whole goes, or 0
     * @return the code
     */
    int enqueue(long queues, long event) {
      try {
        return (int) buffers.enqueue.invokeExact(1, queues, handle, 0, 0L, event);
      } catch (Throwable e) {
        throw ClCalls.unexpected(e);
      }
    }
  }

  /** {@return a new recording; empty if the driver refuses} */
  Optional<Recording> begin() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment queues = arena.allocateFrom(JAVA_LONG, queue.getNativePointer());
      MemorySegment properties = arena.allocateFrom(JAVA_LONG, FLAGS, SIMULTANEOUS_USE, 0);
      MemorySegment code = arena.allocate(JAVA_INT);
      long handle = (long) create.invokeExact(1, queues, properties, code);
      return code.get(JAVA_INT, 0) == ClError.SUCCESS && handle != 0
          ? Optional.of(new Recording(this, handle))
          : Optional.empty();
    } catch (Throwable e) {
      throw ClCalls.unexpected(e);
    }
  }

  @Override
  public void close() {
    clReleaseCommandQueue(queue);
  }
}
