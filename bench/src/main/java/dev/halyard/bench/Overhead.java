package dev.halyard.bench;

import com.sun.management.ThreadMXBean;
import dev.halyard.Completion;
import dev.halyard.Halyard;
import dev.halyard.Invocation;
import dev.halyard.Kernel;
import dev.halyard.TensorArena;
import dev.halyard.bench.side.TinyMlp;
import dev.halyard.spi.Binding;
import dev.halyard.spi.DevicePlugin;
import dev.halyard.spi.Stream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;

/**
 * What the runtime adds to a bare {@link Stream#execute}: time of {@code execute()} on the
 * 16-64-32-32-5 network, bytes allocated by {@code execute()} and {@code submit()}.
 *
 * <p>Blocks of bare runs and of invocations alternate in one process (ABBA), so that noise falls on
 * both; figures are medians over blocks.
 */
public final class Overhead {
  /** What the case is called. */
  public static final String CASE = "overhead-" + TinyMlp.NAME;

  /** What it is measured beside. */
  public static final String PEER = "bare Stream.execute";

  private static final int BLOCK = 2_000;
  private static final int ROUNDS = 400;
  private static final int WARM_UP_ROUNDS = 60;
  private static final int MAX_ADDED_NANOS = 500;
  private static final int MAX_SUBMIT_BYTES = 128;
  private static final int COUNTED_RUNS = 10_000;

  private final Stream stream;
  private final Binding binding;
  private final Invocation invocation;

  private Overhead(Stream stream, Binding binding, Invocation invocation) {
    this.stream = stream;
    this.binding = binding;
    this.invocation = invocation;
  }

  /**
   * What was measured.
   *
   * @param bareNanos the median time of a bare {@code Stream.execute}, in nanoseconds
   * @param executeNanos the median time of {@code Invocation.execute}, in nanoseconds
   * @param addedNanos the median over rounds of their difference, in nanoseconds
   * @param executeBytes bytes allocated per {@code execute()} by the calling thread
   * @param submitBytes bytes allocated per {@code submit()}, before waiting, by the calling thread
   * @param threads how many threads the device used at most
   */
  public record Figures(
      double bareNanos,
      double executeNanos,
      double addedNanos,
      double executeBytes,
      double submitBytes,
      int threads) {}

  /**
   * {@return the figures for people, a line each}
   *
   * @param figures what was measured
   */
  public static List<String> describe(Figures figures) {
    return List.of(
        line(PEER, figures.bareNanos, "ns (median)"),
        line("Invocation.execute", figures.executeNanos, "ns (median)"),
        line(
            "added by the runtime",
            figures.addedNanos,
            "ns (median of differences; limit 500, aim 200)"),
        line(
            "allocated by execute()",
            figures.executeBytes,
            "bytes per run over " + COUNTED_RUNS + " runs (limit 0)"),
        line(
            "allocated by submit()",
            figures.submitBytes,
            "bytes per run over " + COUNTED_RUNS + " runs (limit 128)"));
  }

  /**
   * {@return whether every figure is within its limit}
   *
   * @param figures what was measured
   */
  public static boolean isWithinLimits(Figures figures) {
    return figures.addedNanos <= MAX_ADDED_NANOS
        && figures.executeBytes == 0
        && figures.submitBytes <= MAX_SUBMIT_BYTES;
  }

  private static String line(String what, double value, String unit) {
    return String.format(Locale.ROOT, "%-24s %10.3f %s", what, value, unit);
  }

  /**
   * {@return the figures of the CPU plugin on this machine}
   *
   * @throws InterruptedException if interrupted
   */
  public static Figures measure() throws InterruptedException {
    RecordingPlugin plugin = new RecordingPlugin(cpu());
    try (Halyard halyard = Halyard.open(Halyard.Config.fromEnvironment().plugin(plugin));
        Kernel kernel = halyard.device("recording:0").compile(TinyMlp.graph());
        TensorArena arena = kernel.openArena();
        Invocation invocation =
            kernel
                .bind()
                .input("x", kernel.allocateInput(arena, "x"))
                .output("y", kernel.allocateOutput(arena, "y"))
                .prepare()) {
      Overhead overhead = new Overhead(plugin.stream(), plugin.binding(), invocation);
      int threads =
          Integer.parseInt(kernel.device().descriptor().properties().getOrDefault("threads", "1"));
      return overhead.figures(threads);
    }
  }

  private static DevicePlugin cpu() {
    return ServiceLoader.load(DevicePlugin.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(plugin -> plugin.info().id().equals("cpu"))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the CPU plugin is not on the class path"));
  }

  private Figures figures(int threads) throws InterruptedException {
    for (int i = 0; i < WARM_UP_ROUNDS; i++) {
      bareBlock();
      invocationBlock();
    }
    double[] bare = new double[ROUNDS];
    double[] through = new double[ROUNDS];
    double[] added = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      double first = bareBlock();
      double second = invocationBlock();
      second += invocationBlock();
      first += bareBlock();
      bare[i] = first / 2;
      through[i] = second / 2;
      added[i] = through[i] - bare[i];
    }
    return new Figures(
        median(bare), median(through), median(added), executeBytes(), submitBytes(), threads);
  }

  private double bareBlock() {
    long start = System.nanoTime();
    for (int i = 0; i < BLOCK; i++) {
      stream.execute(binding);
    }
    return (double) (System.nanoTime() - start) / BLOCK;
  }

  private double invocationBlock() {
    long start = System.nanoTime();
    for (int i = 0; i < BLOCK; i++) {
      invocation.execute();
    }
    return (double) (System.nanoTime() - start) / BLOCK;
  }

  private double executeBytes() {
    ThreadMXBean counters = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = counters.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < COUNTED_RUNS; i++) {
      invocation.execute();
    }
    return (double) (counters.getCurrentThreadAllocatedBytes() - before) / COUNTED_RUNS;
  }

  private double submitBytes() throws InterruptedException {
    for (int i = 0; i < COUNTED_RUNS; i++) {
      invocation.submit().await();
    }
    ThreadMXBean counters = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long allocated = 0;
    for (int i = 0; i < COUNTED_RUNS; i++) {
      long before = counters.getCurrentThreadAllocatedBytes();
      Completion completion = invocation.submit();
      allocated += counters.getCurrentThreadAllocatedBytes() - before;
      completion.await();
    }
    return (double) allocated / COUNTED_RUNS;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
