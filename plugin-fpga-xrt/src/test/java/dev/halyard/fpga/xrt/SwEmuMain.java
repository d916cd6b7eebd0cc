package dev.halyard.fpga.xrt;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/**
 * A process that has a build of libxrt_swemu grow its buffer for messages, and says whether the
 * buffer it has then is the one that realloc gave.
 */
final class SwEmuMain {
  private static final String ALLOC_VOID = "_ZN12xclcpuemhal29CpuemShim10alloc_voidEm";
  private static final long BUFFER = 0x670;
  private static final long SIZE = 0x678;
  private static final long SMALL = 100;
  private static final long LARGE = 64 << 20;

  private SwEmuMain() {}

  /**
   * Grows the buffer.
   *
   * @param args the library
   */
  public static void main(String[] args) throws Throwable {
    SymbolLookup library = SymbolLookup.libraryLookup(args[0], Arena.global());
    MethodHandle allocVoid =
        Linker.nativeLinker()
            .downcallHandle(
                library.findOrThrow(ALLOC_VOID),
                FunctionDescriptor.of(JAVA_LONG, ADDRESS, JAVA_LONG));
    MemorySegment shim = Arena.global().allocate(0x1000, 16);
    shim.set(JAVA_LONG, SIZE, (long) allocVoid.invokeExact(shim, SMALL));
    MemorySegment small = shim.get(ADDRESS, BUFFER);
    long size = (long) allocVoid.invokeExact(shim, LARGE);
    MemorySegment large = shim.get(ADDRESS, BUFFER);
    System.out.println("size " + size + " moved " + !small.equals(large));
    if (!small.equals(large)) {
      large.reinterpret(LARGE).fill((byte) 1);
      System.out.println("filled");
    }
  }
}
