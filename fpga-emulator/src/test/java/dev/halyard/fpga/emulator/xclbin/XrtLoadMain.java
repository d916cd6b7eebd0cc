package dev.halyard.fpga.emulator.xclbin;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;
import java.util.UUID;

/**
 * Loads an xclbin with the real XRT and prints what XRT makes of it. A process of its own, since
 * XRT replaces signal handlers of the JVM.
 *
 * <p>Arguments: the file, a kernel, the number of its buffers, which come first, and of its
 * arguments.
 */
final class XrtLoadMain {
  private static final ValueLayout.OfInt UINT32 = JAVA_INT;

  private final SymbolLookup xrt;

  private XrtLoadMain(SymbolLookup xrt) {
    this.xrt = xrt;
  }

  public static void main(String[] arguments) throws Throwable {
    try (Arena arena = Arena.ofConfined()) {
      new XrtLoadMain(SymbolLookup.libraryLookup("libxrt_coreutil.so.2", arena))
          .load(
              arena,
              arguments[0],
              arguments[1],
              Integer.parseInt(arguments[2]),
              Integer.parseInt(arguments[3]));
    }
  }

  private void load(Arena arena, String file, String kernelName, int buffers, int arguments)
      throws Throwable {
    MemorySegment device = (MemorySegment) call("xrtDeviceOpen", ADDRESS, UINT32).invokeExact(0);
    int loaded =
        (int)
            call("xrtDeviceLoadXclbinFile", JAVA_INT, ADDRESS, ADDRESS)
                .invokeExact(device, arena.allocateFrom(file));
    System.out.println("loaded " + loaded);
    MemorySegment uuid = arena.allocate(16);
    int got =
        (int) call("xrtDeviceGetXclbinUUID", JAVA_INT, ADDRESS, ADDRESS).invokeExact(device, uuid);
    System.out.println("uuid " + got + " " + uuid(uuid));
    MemorySegment kernel =
        (MemorySegment)
            call("xrtPLKernelOpen", ADDRESS, ADDRESS, ADDRESS, ADDRESS)
                .invokeExact(device, uuid, arena.allocateFrom(kernelName));
    System.out.println("kernel " + (kernel.address() != 0));
    for (int i = 0; i < buffers; i++) {
      int group =
          (int) call("xrtKernelArgGroupId", JAVA_INT, ADDRESS, JAVA_INT).invokeExact(kernel, i);
      System.out.println("buffer " + i + " in bank " + group);
    }
    for (int i = 0; i < arguments; i++) {
      int offset =
          (int) call("xrtKernelArgOffset", JAVA_INT, ADDRESS, JAVA_INT).invokeExact(kernel, i);
      System.out.println("argument " + i + " at " + offset);
    }
    int kernelClosed = (int) call("xrtKernelClose", JAVA_INT, ADDRESS).invokeExact(kernel);
    int deviceClosed = (int) call("xrtDeviceClose", JAVA_INT, ADDRESS).invokeExact(device);
    System.out.println("closed " + kernelClosed + " " + deviceClosed);
  }

  private MethodHandle call(String name, MemoryLayout result, MemoryLayout... arguments) {
    return Linker.nativeLinker()
        .downcallHandle(xrt.findOrThrow(name), FunctionDescriptor.of(result, arguments));
  }

  private static UUID uuid(MemorySegment bytes) {
    ValueLayout.OfLong bigEndian = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    return new UUID(bytes.get(bigEndian, 0), bytes.get(bigEndian, 8));
  }
}
