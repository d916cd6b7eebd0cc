package dev.halyard.bench;

import com.sun.management.ThreadMXBean;
import dev.halyard.Completion;
import dev.halyard.Halyard;
import dev.halyard.Invocation;
import dev.halyard.Kernel;
import dev.halyard.TensorArena;
import dev.halyard.spi.Binding;
import dev.halyard.spi.DevicePlugin;
import dev.halyard.spi.Stream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
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
  private static final int BLOCK = 2_000;
  private static final int ROUNDS = 400;
  private static final int WARM_UP_ROUNDS = 60;
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
   */
  public record Figures(
      double bareNanos,
      double executeNanos,
      double addedNanos,
      double executeBytes,
      double submitBytes) {}

  /**
   * Measures and prints the figures.
   *
   * @param args none
   * @throws InterruptedException if interrupted
   */
  public static void main(String[] args) throws InterruptedException {
    print(measure(), System.out);
  }

  /**
   * Prints the figures, a line each.
   *
   * @param figures what was measured
   * @param out where to
   */
  public static void print(Figures figures, PrintStream out) {
    out.printf(Locale.ROOT, "bare Stream.execute      %8.1f ns (median)%n", figures.bareNanos);
    out.printf(Locale.ROOT, "Invocation.execute       %8.1f ns (median)%n", figures.executeNanos);
    out.printf(
        Locale.ROOT,
        "added by the runtime     %8.1f ns (median of differences; limit 500, aim 200)%n",
        figures.addedNanos);
    out.printf(
        Locale.ROOT,
        "allocated by execute()   %8.3f bytes per run over %d runs (limit 0)%n",
        figures.executeBytes,
        COUNTED_RUNS);
    out.printf(
        Locale.ROOT,
        "allocated by submit()    %8.3f bytes per run over %d runs (limit 128)%n",
        figures.submitBytes,
        COUNTED_RUNS);
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
      return overhead.figures();
    }
  }

  private static DevicePlugin cpu() {
    return ServiceLoader.load(DevicePlugin.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(plugin -> plugin.info().id().equals("cpu"))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("the CPU plugin is not on the class path"));
  }

  private Figures figures() throws InterruptedException {
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
    return new Figures(median(bare), median(through), median(added), executeBytes(), submitBytes());
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
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < COUNTED_RUNS; i++) {
      invocation.execute();
    }
    return (double) (threads.getCurrentThreadAllocatedBytes() - before) / COUNTED_RUNS;
  }

  private double submitBytes() throws InterruptedException {
    for (int i = 0; i < COUNTED_RUNS; i++) {
      invocation.submit().await();
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long allocated = 0;
    for (int i = 0; i < COUNTED_RUNS; i++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      Completion completion = invocation.submit();
      allocated += threads.getCurrentThreadAllocatedBytes() - before;
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
