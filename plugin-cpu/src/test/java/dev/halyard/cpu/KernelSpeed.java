package dev.halyard.cpu;

import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * A quick look at the speed of the vector kernels on one thread, by its CPU time, so that a busy
 * host counts little: medians of interleaved rounds. Run it as a program; the arguments are a
 * vector width in bits and a part of the names of the cases to run, both optional.
 */
final class KernelSpeed {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int ROUNDS = 15;
  private static final long WARM_UP_NANOS = 1_500_000_000;
  private static final int BLOCK = 4096;
  private static final Arena ARENA = Arena.global();

  private KernelSpeed() {}

  /** What is measured: units (operations or elements) of work per run. */
  private record Case(double units, Runnable work) {}

  public static void main(String[] arguments) {
    int bits =
        arguments.length > 0 ? Integer.parseInt(arguments[0]) : new VectorKernels().lanes() * 32;
    measure(bits, arguments.length > 1 ? arguments[1] : "", System.out);
  }

  private static void measure(int bits, String part, PrintStream out) {
    Kernels kernels = new VectorKernels(bits);
    Map<String, Case> cases = new LinkedHashMap<>();
    int[][] shapes = {
      {128, 384, 384},
      {128, 1536, 384},
      {128, 384, 1536},
      {1, 1536, 384},
      {2, 1536, 384},
      {4, 1536, 384},
      {16, 384, 384},
      {128, 128, 32},
      {128, 32, 128}
    };
    for (int[] shape : shapes) {
      cases.put(
          shape[0] + "x" + shape[1] + "x" + shape[2] + " GFLOP/s",
          product(kernels, shape[0], shape[1], shape[2]));
    }
    for (Unary op : Unary.values()) {
      cases.put(op + " elements/ns", unary(kernels, op));
    }
    MemorySegment x = random(BLOCK);
    MemorySegment y = random(BLOCK);
    MemorySegment z = random(BLOCK);
    for (Binary op : Binary.values()) {
      cases.put(
          op + " elements/ns", new Case(BLOCK, () -> kernels.binary(op, x, 0, y, 0, z, 0, BLOCK)));
    }
    cases.put("sum elements/ns", new Case(BLOCK, () -> kernels.sum(x, 0, BLOCK)));
    cases.put("max elements/ns", new Case(BLOCK, () -> kernels.max(x, 0, BLOCK)));
    cases.put("dot elements/ns", new Case(BLOCK, () -> kernels.dot(x, 0, y, 0, BLOCK)));
    cases.put("softmax(128)", new Case(128, () -> kernels.softmaxRow(x, 0, z, 0, 128)));
    cases.put("softmax(207)", new Case(207, () -> kernels.softmaxRow(x, 0, z, 0, 207)));
    cases.put(
        "layerNorm(384)",
        new Case(384, () -> kernels.layerNormRow(x, 0, y, 0, y, 0, 1e-5, z, 0, 384)));
    MemorySegment bytes = ARENA.allocate(BLOCK, 64);
    cases.put(
        "compare",
        new Case(BLOCK, () -> kernels.compare(Comparison.LT, x, 0, y, 0, bytes, 0, BLOCK)));
    cases.put("select", new Case(BLOCK, () -> kernels.select(bytes, 0, x, 0, y, 0, z, 0, BLOCK)));
    cases.put("pack 128x128 transposed", packing(kernels, 1, 128));
    cases.put("pack 128x128", packing(kernels, 128, 1));
    cases.keySet().removeIf(name -> !name.contains(part));
    report(bits, cases, out);
  }

  private static void report(int bits, Map<String, Case> cases, PrintStream out) {
    Map<String, double[]> speeds = new LinkedHashMap<>();
    for (Map.Entry<String, Case> entry : cases.entrySet()) {
      long start = THREADS.getCurrentThreadCpuTime();
      while (THREADS.getCurrentThreadCpuTime() - start < WARM_UP_NANOS) {
        entry.getValue().work.run();
      }
      speeds.put(entry.getKey(), new double[ROUNDS]);
    }
    for (int round = 0; round < ROUNDS; round++) {
      for (Map.Entry<String, Case> entry : cases.entrySet()) {
        speeds.get(entry.getKey())[round] = speed(entry.getValue());
      }
    }
    for (Map.Entry<String, double[]> entry : speeds.entrySet()) {
      double[] sorted = entry.getValue();
      Arrays.sort(sorted);
      out.printf(
          "%d bits  %-28s median %8.2f  best %8.2f%n",
          bits, entry.getKey(), sorted[ROUNDS / 2], sorted[ROUNDS - 1]);
    }
  }

  private static double speed(Case measured) {
    int runs = 0;
    long start = THREADS.getCurrentThreadCpuTime();
    long elapsed;
    do {
      for (int i = 0; i < 8; i++) {
        measured.work.run();
      }
      runs += 8;
      elapsed = THREADS.getCurrentThreadCpuTime() - start;
    } while (elapsed < 4_000_000);
    return runs * measured.units / elapsed;
  }

  private static Case product(Kernels kernels, int m, int n, int k) {
    MemorySegment a = random(m * k);
    MemorySegment b = random(k * n);
    MemorySegment c = random(m * n);
    int width = kernels.panelWidth(n);
    MemorySegment packed = ARENA.allocate(kernels.packedBytes(k, n, width), 64);
    kernels.pack(b, 0, n, 1, k, 0, n, width, packed, 0);
    return new Case(
        2.0 * m * n * k, () -> kernels.matmul(a, 0, k, packed, 0, width, c, 0, n, m, k, n));
  }

  private static Case packing(Kernels kernels, int rowStride, int columnStride) {
    MemorySegment b = random(128 * 128);
    int width = kernels.panelWidth(128);
    MemorySegment packed = ARENA.allocate(kernels.packedBytes(128, 128, width), 64);
    return new Case(
        128 * 128,
        () -> kernels.pack(b, 0, rowStride, columnStride, 128, 0, 128, width, packed, 0));
  }

  private static Case unary(Kernels kernels, Unary op) {
    MemorySegment x = random(BLOCK);
    MemorySegment y = random(BLOCK);
    return new Case(BLOCK, () -> kernels.unary(op, x, 0, y, 0, BLOCK));
  }

  private static MemorySegment random(int n) {
    Random random = new Random(n);
    MemorySegment segment = ARENA.allocate(4L * n, 64);
    for (int i = 0; i < n; i++) {
      segment.setAtIndex(ValueLayout.JAVA_FLOAT, i, random.nextFloat(-2, 2));
    }
    return segment;
  }
}
