package dev.halyard.bench.side;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;

/** As much of the OpenCL 1.2 API as a peer needs: a device, a queue, buffers. */
final class OpenCl implements AutoCloseable {
  private static final String LIBRARY = "libOpenCL.so.1";
  private static final long DEVICE_TYPE_CPU = 1L << 1;
  private static final long DEVICE_TYPE_ALL = 0xFFFFFFFFL;
  private static final long MEM_READ_WRITE = 1;
  private static final int DEVICE_NAME = 0x102B;
  private static final int DEVICE_TYPE = 0x1000;
  private static final int NO_DEVICE = -1;
  private static final int NO_PLATFORM = -1001;
  private static final int MAX_FOUND = 16;
  private static final int MAX_NAME = 1024;
  private static final int BLOCKING = 1;

  private final Arena arena = Arena.ofConfined();
  private final Native library;
  private final MethodHandle finish;
  private final MemorySegment status = arena.allocate(JAVA_INT);
  private final Found device;
  private final MemorySegment context;
  private final MemorySegment queue;

  private record Found(MemorySegment id, String name, boolean isCpu) {}

  private OpenCl(Native library, String name) {
    this.library = library;
    this.finish = library.function("clFinish", ADDRESS);
    this.device = choose(devices(), name);
    this.context = createContext();
    this.queue = createQueue();
  }

  /**
   * {@return a queue on the device of a name, else on the first CPU, else on the first device}
   *
   * @throws SideAbsentException if there is no OpenCL device
   */
  static OpenCl open(String name) {
    return new OpenCl(new Native(library(LIBRARY, "ocl-icd-libopencl1 pocl-opencl-icd")), name);
  }

  static SymbolLookup library(String name, String packages) {
    try {
      return SymbolLookup.libraryLookup(name, Arena.global());
    } catch (IllegalArgumentException e) {
      throw new SideAbsentException(
          "no " + name + " (as root, on Debian: apt-get install -y " + packages + ")");
    }
  }

  private static Found choose(List<Found> found, String name) {
    return found.stream()
        .filter(candidate -> !name.isEmpty())
        .filter(candidate -> candidate.name.contains(name) || name.contains(candidate.name))
        .findFirst()
        .or(() -> found.stream().filter(Found::isCpu).findFirst())
        .or(() -> found.stream().findFirst())
        .orElseThrow(
            () ->
                new SideAbsentException(
                    "no OpenCL device (as root, on Debian: apt-get install -y pocl-opencl-icd)"));
  }

  private List<Found> devices() {
    List<Found> found = new ArrayList<>();
    for (MemorySegment platform : platforms()) {
      for (MemorySegment id : devices(platform)) {
        found.add(new Found(id, name(id), isCpu(id)));
      }
    }
    return found;
  }

  private List<MemorySegment> platforms() {
    MethodHandle get = library.function("clGetPlatformIDs", JAVA_INT, ADDRESS, ADDRESS);
    MemorySegment ids = arena.allocate(ADDRESS, MAX_FOUND);
    MemorySegment count = arena.allocate(JAVA_INT);
    try {
      int code = (int) get.invokeExact(MAX_FOUND, ids, count);
      return code == NO_PLATFORM ? List.of() : found("clGetPlatformIDs", code, ids, count);
    } catch (Throwable e) {
      throw Native.failure(e);
    }
  }

  private List<MemorySegment> devices(MemorySegment platform) {
    MethodHandle get =
        library.function("clGetDeviceIDs", ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS);
    MemorySegment ids = arena.allocate(ADDRESS, MAX_FOUND);
    MemorySegment count = arena.allocate(JAVA_INT);
    try {
      int code = (int) get.invokeExact(platform, DEVICE_TYPE_ALL, MAX_FOUND, ids, count);
      return code == NO_DEVICE ? List.of() : found("clGetDeviceIDs", code, ids, count);
    } catch (Throwable e) {
      throw Native.failure(e);
    }
  }

  private static List<MemorySegment> found(
      String call, int code, MemorySegment ids, MemorySegment count) {
    check(call, code);
    List<MemorySegment> found = new ArrayList<>();
    for (int i = 0; i < Math.min(MAX_FOUND, count.get(JAVA_INT, 0)); i++) {
      found.add(ids.getAtIndex(ADDRESS, i));
    }
    return found;
  }

  private String name(MemorySegment id) {
    MemorySegment name = arena.allocate(MAX_NAME);
    info(id, DEVICE_NAME, name);
    return name.getString(0);
  }

  private boolean isCpu(MemorySegment id) {
    MemorySegment type = arena.allocate(JAVA_LONG);
    info(id, DEVICE_TYPE, type);
    return (type.get(JAVA_LONG, 0) & DEVICE_TYPE_CPU) != 0;
  }

  private void info(MemorySegment id, int what, MemorySegment into) {
    MethodHandle get =
        library.function("clGetDeviceInfo", ADDRESS, JAVA_INT, JAVA_LONG, ADDRESS, ADDRESS);
    try {
      check(
          "clGetDeviceInfo",
          (int) get.invokeExact(id, what, into.byteSize(), into, MemorySegment.NULL));
    } catch (Throwable e) {
      throw Native.failure(e);
    }
  }

  private MemorySegment createContext() {
    MethodHandle create =
        library.handle(
            "clCreateContext",
            FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
    MemorySegment none = MemorySegment.NULL;
    MemorySegment devices = arena.allocateFrom(ADDRESS, device.id);
    try {
      return created(
          "clCreateContext",
          (MemorySegment) create.invokeExact(none, 1, devices, none, none, status));
    } catch (Throwable e) {
      throw Native.failure(e);
    }
  }

  private MemorySegment createQueue() {
    MethodHandle create =
        library.handle(
            "clCreateCommandQueue",
            FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
    try {
      return created(
          "clCreateCommandQueue",
          (MemorySegment) create.invokeExact(context, device.id, 0L, status));
    } catch (Throwable e) {
      throw Native.failure(e);
    }
  }

  /** {@return a buffer on the device that holds some values} */
  MemorySegment buffer(float... values) {
    MethodHandle create =
        library.handle(
            "clCreateBuffer",
            FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS));
    long bytes = (long) values.length * Float.BYTES;
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment buffer =
          created(
              "clCreateBuffer",
              (MemorySegment)
                  create.invokeExact(context, MEM_READ_WRITE, bytes, MemorySegment.NULL, status));
      transfer("clEnqueueWriteBuffer", buffer, Native.floats(scratch, values));
      return buffer;
    } catch (Throwable e) {
      throw Native.failure(e);
    }
  }

  float[] read(MemorySegment buffer, int count) {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment values = scratch.allocate(ValueLayout.JAVA_FLOAT, count);
      transfer("clEnqueueReadBuffer", buffer, values);
      return Native.floats(values);
    }
  }

  private void transfer(String call, MemorySegment buffer, MemorySegment host) {
    MethodHandle enqueue =
        library.function(
            call, ADDRESS, ADDRESS, JAVA_INT, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_INT, ADDRESS,
            ADDRESS);
    MemorySegment none = MemorySegment.NULL;
    try {
      check(
          call,
          (int)
              enqueue.invokeExact(
                  queue, buffer, BLOCKING, 0L, host.byteSize(), host, 0, none, none));
    } catch (Throwable e) {
      throw Native.failure(e);
    }
  }

  MemorySegment queue() {
    return queue;
  }

  String deviceName() {
    return device.name;
  }

  /** Waits until the queue has run dry. */
  void finish() {
    try {
      check("clFinish", (int) finish.invokeExact(queue));
    } catch (Throwable e) {
      throw Native.failure(e);
    }
  }

  private MemorySegment created(String call, MemorySegment made) {
    check(call, status.get(JAVA_INT, 0));
    return made;
  }

  static void check(String call, int code) {
    if (code != 0) {
      throw new IllegalStateException(call + " failed with " + code);
    }
  }

  /** The handles go with the process. */
  @Override
  public void close() {
    arena.close();
  }
}
