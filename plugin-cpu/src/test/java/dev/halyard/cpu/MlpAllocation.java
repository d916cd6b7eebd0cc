package dev.halyard.cpu;

import com.sun.management.ThreadMXBean;
import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Halyard;
import dev.halyard.Invocation;
import dev.halyard.Kernel;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/** Prints what 10,000 runs of a small network allocate on the caller's thread, once warm. */
final class MlpAllocation {
  private static final int RUNS = 10_000;
  private static final int[] WIDTHS = {16, 64, 32, 32, 5};
  private static final long WARM_UP_NANOS = 60_000_000_000L;
  private static final long SUBMIT_BYTES = 128;
  // HotSpot may undo what it compiled and compile it again: one round within the limit is not warm.
  private static final int ROUNDS_WITHIN = 10;

  private MlpAllocation() {}

  /** One run. */
  @FunctionalInterface
  private interface Run {
    void run() throws InterruptedException;
  }

  public static void main(String[] args) throws InterruptedException {
    try (Halyard halyard = Halyard.open(Halyard.Config.fromEnvironment());
        TensorArena arena = TensorArena.open();
        Kernel kernel = halyard.device("cpu:0").compile(network());
        Invocation invocation =
            kernel
                .bind()
                .input("x", random(arena, 1, WIDTHS[0]))
                .output("y", arena.allocate(DType.F32, 1, WIDTHS[WIDTHS.length - 1]))
                .prepare()) {
      report("execute", 0, invocation::execute);
      report("submit", RUNS * SUBMIT_BYTES, () -> invocation.submit().await());
    }
  }

  private static Graph network() {
    return Graph.of(
        "mlp",
        g -> {
          Value value = g.input("x", DType.F32, 1, WIDTHS[0]);
          for (int i = 1; i < WIDTHS.length; i++) {
            Tensor weights = random(TensorArena.ofAuto(), WIDTHS[i - 1], WIDTHS[i]);
            Tensor bias = random(TensorArena.ofAuto(), WIDTHS[i]);
            value = value.matmul(g.constant(weights)).add(g.constant(bias));
            value = i < WIDTHS.length - 1 ? value.relu() : value;
          }
          g.output("y", value);
        });
  }

  private static Tensor random(TensorArena arena, long... shape) {
    Tensor tensor = arena.allocate(DType.F32, shape);
    for (long i = 0; i < tensor.elements(); i++) {
      tensor.setDouble(i, (i * 37 % 19 - 9) / 16.0);
    }
    return tensor;
  }

  /**
   * Warms up until the runs keep within their limit for a while, and then measures them three times
   * more, of which the median counts: what HotSpot undoes once is no allocation of the runs.
   */
  private static void report(String name, long limit, Run run) throws InterruptedException {
    long begin = System.nanoTime();
    int rounds = 0;
    int within = 0;
    while (within < ROUNDS_WITHIN && System.nanoTime() - begin < WARM_UP_NANOS) {
      long bytes = allocated(run);
      within = bytes <= limit ? within + 1 : 0;
      rounds++;
      System.out.println(name + " warm-up " + rounds + ": " + bytes + " bytes");
    }
    long[] bytes = {allocated(run), allocated(run), allocated(run)};
    Arrays.sort(bytes);
    System.out.println(name + " allocated " + bytes[1]);
  }

  private static long allocated(Run run) throws InterruptedException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    long own = threads.getCurrentThreadAllocatedBytes() - before;
    before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < RUNS; i++) {
      run.run();
    }
    return threads.getCurrentThreadAllocatedBytes() - before - own;
  }
}
