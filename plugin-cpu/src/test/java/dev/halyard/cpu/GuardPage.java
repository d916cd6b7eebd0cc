package dev.halyard.cpu;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Runs vector kernels on the last floats of a mapped file: what reads or writes beyond them ends
 * the JVM. Prints the bytes that a call allocates in the end.
 */
final class GuardPage {
  private static final int PAGE = 1 << 16;
  private static final int CALLS = 20_000;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final VectorKernels kernels;
  private final boolean fused;

  private GuardPage(int bits, boolean fused) {
    kernels = new VectorKernels(bits);
    this.fused = fused;
  }

  public static void main(String[] arguments) throws IOException {
    new GuardPage(Integer.parseInt(arguments[1]), Boolean.parseBoolean(arguments[2]))
        .run(Path.of(arguments[0]));
  }

  private void run(Path folder) throws IOException {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment x = page(folder.resolve("x"), arena);
      MemorySegment y = page(folder.resolve("y"), arena);
      for (int n : new int[] {1021, 1022, 1023}) {
        report("neg " + n, () -> kernels.unary(Unary.NEG, x, at(n), y, at(n), n));
        report("sum " + n, () -> kernels.sum(x, at(n), n));
        report("add " + n, () -> kernels.binary(Binary.ADD, x, at(n), y, at(n), y, at(n), n));
      }
      report("neg 3", () -> kernels.unary(Unary.NEG, x, at(3), y, at(3), 3));
      if (fused) {
        for (int n : new int[] {1, 2, 3, 7, 9}) {
          product(arena, x, y, 7, 40, n);
        }
      }
    }
    System.out.println("guard ok");
  }

  private void product(Arena arena, MemorySegment x, MemorySegment y, int rows, int k, int n) {
    int width = kernels.panelWidth(n);
    MemorySegment packed = arena.allocate(kernels.packedBytes(k, n, width), 64);
    report(
        "matmul " + rows + " " + n,
        () -> kernels.matmul(x, at(rows * k), k, packed, 0, width, y, at(rows * n), n, rows, k, n));
  }

  private static long at(int n) {
    return PAGE - (long) n * Float.BYTES;
  }

  /** The second page lies behind the end of the file: touching it raises SIGBUS. */
  private static MemorySegment page(Path file, Arena arena) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      MemorySegment pages = channel.map(FileChannel.MapMode.READ_WRITE, 0, 2L * PAGE, arena);
      channel.truncate(PAGE);
      pages.asSlice(0, PAGE).fill((byte) 0);
      pages.set(ValueLayout.JAVA_FLOAT, PAGE - Float.BYTES, 1);
      return pages;
    }
  }

  private static void report(String name, Runnable call) {
    long least = Long.MAX_VALUE;
    // C2 compiles in the background: the last rounds count.
    for (int round = 0; round < 40 && least > 0; round++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < CALLS / 10; i++) {
        call.run();
      }
      // The counter itself is now and then off by a buffer of the profiler.
      least = Math.min(least, (THREADS.getCurrentThreadAllocatedBytes() - before) / (CALLS / 10));
    }
    System.out.println(name + " allocates " + least);
  }
}
