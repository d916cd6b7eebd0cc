package dev.halyard.bench;

import com.sun.management.ThreadMXBean;
import dev.halyard.Halyard;
import dev.halyard.Invocation;
import dev.halyard.Kernel;
import dev.halyard.TensorArena;
import dev.halyard.bench.side.TinyMlp;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What a process of its own adds to {@code Invocation.execute}: the CPU plugin in this process and
 * isolated, on the 16-64-32-32-5 network, with tensors of the kernel's arena.
 *
 * <p>Blocks of both alternate (ABBA), so that noise falls on both. Each run is timed by itself; the
 * figures are medians.
 */
public final class IsolationOverhead {
  /** What the case is called. */
  public static final String CASE = "isolation-" + TinyMlp.NAME;

  /** What it is measured beside. */
  public static final String PEER = "the same plugin in this process";

  private static final int BLOCK = 500;
  private static final int ROUNDS = 100;
  private static final int WARM_UP_ROUNDS = 20;
  private static final double MAX_ADDED_MICROS = 30;

  private IsolationOverhead() {}

  /**
   * What was measured.
   *
   * @param plainMicros the median time of a run in this process
   * @param isolatedMicros the median time of a run in a process of its own
   * @param addedMicros the median over rounds of the difference of their medians
   * @param executeBytes bytes allocated per isolated run by the calling thread
   * @param threads how many threads the device used at most
   */
  public record Figures(
      double plainMicros,
      double isolatedMicros,
      double addedMicros,
      double executeBytes,
      int threads) {}

  /**
   * {@return the figures for people, a line each}
   *
   * @param figures what was measured
   */
  public static List<String> describe(Figures figures) {
    return List.of(
        line("execute in this process", figures.plainMicros, "us (median)"),
        line("execute isolated", figures.isolatedMicros, "us (median)"),
        line(
            "added by isolation",
            figures.addedMicros,
            "us (median of differences of medians; limit 30)"),
        line("allocated by execute()", figures.executeBytes, "bytes per isolated run (limit 0)"));
  }

  private static String line(String what, double value, String unit) {
    return String.format(Locale.ROOT, "%-24s %10.3f %s", what, value, unit);
  }

  /**
   * {@return whether every figure is within its limit}
   *
   * @param figures what was measured
   */
  public static boolean isWithinLimits(Figures figures) {
    return figures.addedMicros <= MAX_ADDED_MICROS && figures.executeBytes == 0;
  }

  /** {@return the figures of the CPU plugin on this machine} */
  public static Figures measure() {
    Halyard.Config config = Halyard.Config.fromEnvironment();
    try (Side plain = new Side(config.property("halyard.isolate", ""));
        Side isolated = new Side(config.isolate("cpu"))) {
      for (int i = 0; i < WARM_UP_ROUNDS; i++) {
        plain.block();
        isolated.block();
      }
      double[] here = new double[ROUNDS];
      double[] there = new double[ROUNDS];
      double[] added = new double[ROUNDS];
      for (int i = 0; i < ROUNDS; i++) {
        double first = plain.block();
        double second = isolated.block();
        second += isolated.block();
        first += plain.block();
        here[i] = first / 2;
        there[i] = second / 2;
        added[i] = there[i] - here[i];
      }
      return new Figures(
          median(here), median(there), median(added), isolated.bytes(), plain.threads());
    }
  }

  private static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /** The network on one of the two devices. */
  private static final class Side implements AutoCloseable {
    private final Halyard halyard;
    private final Kernel kernel;
    private final TensorArena arena;
    private final Invocation invocation;
    private final double[] micros = new double[BLOCK];

    Side(Halyard.Config config) {
      halyard = Halyard.open(config);
      kernel = halyard.device("cpu:0").compile(TinyMlp.graph());
      arena = kernel.openArena();
      invocation =
          kernel
              .bind()
              .input("x", kernel.allocateInput(arena, "x"))
              .output("y", kernel.allocateOutput(arena, "y"))
              .prepare();
    }

    /** {@return the median time of a run, in microseconds} */
    double block() {
      for (int i = 0; i < BLOCK; i++) {
        long start = System.nanoTime();
        invocation.execute();
        micros[i] = (System.nanoTime() - start) / 1e3;
      }
      return median(micros);
    }

    double bytes() {
      ThreadMXBean counters = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long before = counters.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < BLOCK; i++) {
        invocation.execute();
      }
      return (double) (counters.getCurrentThreadAllocatedBytes() - before) / BLOCK;
    }

    int threads() {
      return Integer.parseInt(
          kernel.device().descriptor().properties().getOrDefault("threads", "1"));
    }

    @Override
    public void close() {
      invocation.close();
      arena.close();
      kernel.close();
      halyard.close();
    }
  }
}
