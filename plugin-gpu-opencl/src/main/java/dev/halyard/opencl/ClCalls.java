package dev.halyard.opencl;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * The calls that a run consists of, made around JOCL: it starts a thread for each pending transfer
 * and takes fifty times as long to set an argument. Everything is a handle or an address in a long,
 * so that a call allocates nothing; what they point to is the caller's to keep alive. Loaded only
 * after {@link OpenClLibrary} has found the library.
 */
final class ClCalls {
  private static final MethodHandle SET_KERNEL_ARG =
      handle("clSetKernelArg", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle ENQUEUE_KERNEL =
      handle(
          "clEnqueueNDRangeKernel",
          JAVA_LONG,
          JAVA_LONG,
          JAVA_INT,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_INT,
          JAVA_LONG,
          JAVA_LONG);
  private static final MethodHandle ENQUEUE_READ = transfer("clEnqueueReadBuffer");
  private static final MethodHandle ENQUEUE_WRITE = transfer("clEnqueueWriteBuffer");
  private static final MethodHandle ENQUEUE_COPY =
      handle(
          "clEnqueueCopyBuffer",
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_INT,
          JAVA_LONG,
          JAVA_LONG);
  private static final MethodHandle ENQUEUE_BARRIER =
      handle("clEnqueueBarrierWithWaitList", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle FLUSH = handle("clFlush", JAVA_LONG);
  private static final MethodHandle FINISH = handle("clFinish", JAVA_LONG);
  private static final MethodHandle WAIT = handle("clWaitForEvents", JAVA_INT, JAVA_LONG);
  private static final MethodHandle EVENT_INFO = info("clGetEventInfo");
  private static final MethodHandle PROFILING_INFO = info("clGetEventProfilingInfo");
  private static final MethodHandle RETAIN_EVENT = handle("clRetainEvent", JAVA_LONG);
  private static final MethodHandle RELEASE_EVENT = handle("clReleaseEvent", JAVA_LONG);
  private static final MethodHandle EXTENSION_FUNCTION =
      Linker.nativeLinker()
          .downcallHandle(
              Symbols.find("clGetExtensionFunctionAddressForPlatform"),
              FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, ADDRESS));

  private ClCalls() {}

  private static MethodHandle transfer(String name) {
    return handle(
        name, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG,
        JAVA_LONG);
  }

  private static MethodHandle info(String name) {
    return handle(name, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  }

  private static MethodHandle handle(String name, MemoryLayout... parameters) {
    return Linker.nativeLinker()
        .downcallHandle(Symbols.find(name), FunctionDescriptor.of(JAVA_INT, parameters));
  }

  /** The library, under the names that JOCL looks for. */
  private static final class Symbols {
    private static final List<String> NAMES =
        List.of(
            "libOpenCL.so.1",
            "libOpenCL.so",
            "/System/Library/Frameworks/OpenCL.framework/Versions/Current/OpenCL",
            "OpenCL.dll");
    static final SymbolLookup OPENCL = library();

    static MemorySegment find(String name) {
      return OPENCL
          .find(name)
          .orElseThrow(() -> new UnsatisfiedLinkError("the OpenCL library has no " + name));
    }

    private static SymbolLookup library() {
      for (String name : NAMES) {
        try {
          return SymbolLookup.libraryLookup(name, Arena.global());
        } catch (IllegalArgumentException absent) {
          // The next name is that of another system.
        }
      }
      throw new UnsatisfiedLinkError("no OpenCL library under any of " + NAMES);
    }
  }

  /** Loads the library and links every call; throws an UnsatisfiedLinkError if it cannot. */
  static void link() {}

  /**
   * {@return the address of a function of an extension; 0 if the platform has none of that name}
   */
  static long extensionFunction(long platform, String name) {
    try (Arena arena = Arena.ofConfined()) {
      return (long) EXTENSION_FUNCTION.invokeExact(platform, arena.allocateFrom(name));
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int setKernelArg(long kernel, int index, long bytes, long value) {
    try {
      return (int) SET_KERNEL_ARG.invokeExact(kernel, index, bytes, value);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int enqueueKernel(long queue, long kernel, int dims, long global, long local, long event) {
    try {
      return (int) ENQUEUE_KERNEL.invokeExact(queue, kernel, dims, 0L, global, local, 0, 0L, event);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Begins a copy to the host, which ends with the event. */
  static int enqueueRead(long queue, long buffer, long offset, long bytes, long to, long event) {
    try {
      return (int) ENQUEUE_READ.invokeExact(queue, buffer, 0, offset, bytes, to, 0, 0L, event);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** Begins a copy from the host, which ends with the event. */
  static int enqueueWrite(long queue, long buffer, long offset, long bytes, long from, long event) {
    try {
      return (int) ENQUEUE_WRITE.invokeExact(queue, buffer, 0, offset, bytes, from, 0, 0L, event);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int enqueueCopy(
      long queue, long from, long to, long fromOffset, long toOffset, long bytes, long event) {
    try {
      return (int)
          ENQUEUE_COPY.invokeExact(queue, from, to, fromOffset, toOffset, bytes, 0, 0L, event);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int enqueueBarrier(long queue, int events, long list, long event) {
    try {
      return (int) ENQUEUE_BARRIER.invokeExact(queue, events, list, event);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int flush(long queue) {
    try {
      return (int) FLUSH.invokeExact(queue);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int finish(long queue) {
    try {
      return (int) FINISH.invokeExact(queue);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int waitForEvents(int events, long list) {
    try {
      return (int) WAIT.invokeExact(events, list);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int eventInfo(long event, int key, long bytes, long value) {
    try {
      return (int) EVENT_INFO.invokeExact(event, key, bytes, value, 0L);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int profilingInfo(long event, int key, long bytes, long value) {
    try {
      return (int) PROFILING_INFO.invokeExact(event, key, bytes, value, 0L);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int retainEvent(long event) {
    try {
      return (int) RETAIN_EVENT.invokeExact(event);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static int releaseEvent(long event) {
    try {
      return (int) RELEASE_EVENT.invokeExact(event);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /** A downcall itself throws nothing but what the JVM throws at any call. */
  static AssertionError unexpected(Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    return new AssertionError("a downcall threw", thrown);
  }
}
