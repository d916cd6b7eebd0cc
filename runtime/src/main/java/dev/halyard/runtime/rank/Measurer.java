package dev.halyard.runtime.rank;

import dev.halyard.Completion;
import dev.halyard.Device;
import dev.halyard.Dims;
import dev.halyard.Graph;
import dev.halyard.Invocation;
import dev.halyard.InvocationBuilder;
import dev.halyard.Kernel;
import dev.halyard.Objective;
import dev.halyard.Ranking.Measurement;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.Workload;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Measures a graph on one device: warms up until three block medians in a row agree within 3%, then
 * times single runs. Inputs are bound as an application would, so transfers and launches count.
 */
final class Measurer {
  private static final int BLOCK = 15;
  private static final int MIN_RUNS = 15;
  private static final int MAX_RUNS = 2000;

  /**
   * How far past the budget the least number of runs may reach: a device that is slow gets fewer,
   * and is not taken for one that hangs.
   */
  private static final long PATIENCE_NANOS = 10_000_000_000L;

  private static final double STABLE = 1.03;
  private static final int OVERLAP = 4;
  private static final int WINDOWS = 8;
  private static final long SEED = 20_200_417;

  private final Kernel kernel;
  private final Workload workload;
  private final Objective objective;
  private final long budgetNanos;
  private final BooleanSupplier abandoned;

  private Measurer(
      Kernel kernel,
      Workload workload,
      Objective objective,
      Duration budget,
      BooleanSupplier abandoned) {
    this.kernel = kernel;
    this.workload = workload;
    this.objective = objective;
    this.budgetNanos = budget.toNanos();
    this.abandoned = abandoned;
  }

  /**
   * Compiles and measures; the kernel in the result is the caller's to close.
   *
   * @param abandoned whether nobody waits for the result any more
   */
  static Measured measure(
      Device device,
      Graph graph,
      Workload workload,
      Objective objective,
      Duration budget,
      BooleanSupplier abandoned) {
    Kernel kernel = device.compile(graph);
    Measured result = null;
    try {
      Share share = Share.of(device, kernel, workload.dims());
      result =
          share.isNone()
              ? Measured.passedOver(share.refusal())
              : new Measurer(kernel, workload, objective, budget, abandoned).measure(share.note());
      return result;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Measured.passedOverForNow("the measurement was interrupted");
    } finally {
      if (result == null || result.kernel() == null) {
        kernel.close();
      }
    }
  }

  private Measured measure(String note) throws InterruptedException {
    long start = System.nanoTime();
    boolean overlapping = objective == Objective.THROUGHPUT;
    try (TensorArena arena = kernel.openArena();
        Invocation invocation = prepare(arena)) {
      warmUp(invocation, start + budgetNanos / 2);
      double[] micros = time(invocation, start + budgetNanos * (overlapping ? 6 : 10) / 10);
      double[] compared = overlapping ? overlapped(budgetNanos * 4 / 10) : micros;
      double[] interval = interval(compared);
      Measurement figures =
          new Measurement(
              percentile(micros, 0.50),
              percentile(micros, 0.99),
              1e6 / percentile(compared, 0.5),
              micros.length);
      return new Measured(figures, interval[0], interval[1], kernel, "", note, true);
    }
  }

  /**
   * Order statistics around the median: a 99% interval for n independent values is n/2 +- 2.576
   * sqrt(n)/2; for 8 of them that is from the least to the greatest.
   */
  private static double[] interval(double[] values) {
    double spread = 2.576 / (2 * Math.sqrt(values.length));
    return new double[] {
      percentile(values, Math.max(0, 0.5 - spread)), percentile(values, Math.min(1, 0.5 + spread))
    };
  }

  private Invocation prepare(TensorArena arena) {
    Graph graph = kernel.graph();
    Dims dims = workload.dims();
    Random random = new Random(SEED);
    Set<String> states = graph.states().stream().map(Value::name).collect(Collectors.toSet());
    InvocationBuilder builder = kernel.bind();
    for (Value input : graph.inputs()) {
      Tensor tensor = kernel.allocateInput(arena, input.name(), dims);
      workload
          .input(input.name())
          .ifPresentOrElse(
              supplier -> tensor.copyFrom(given(input, tensor, supplier.get())),
              () -> fill(tensor, random));
      if (states.contains(input.name())) {
        builder.state(input.name(), tensor);
      } else {
        builder.input(input.name(), tensor);
      }
    }
    for (String output : graph.outputNames()) {
      if (!states.contains(output)) {
        builder.output(output, kernel.allocateOutput(arena, output, dims));
      }
    }
    return builder.prepare(dims);
  }

  private static MemorySegment given(Value input, Tensor wanted, Tensor found) {
    if (found.dtype() != wanted.dtype() || !Arrays.equals(found.shape(), wanted.shape())) {
      throw new IllegalArgumentException(
          "the workload's input '" + input.name() + "' should be " + wanted + ", is " + found);
    }
    return found.segment();
  }

  private static void fill(Tensor tensor, Random random) {
    for (long i = 0; i < tensor.elements(); i++) {
      if (tensor.dtype().isFloat()) {
        tensor.setDouble(i, random.nextGaussian());
      } else {
        tensor.setLong(i, random.nextInt(2));
      }
    }
  }

  private void warmUp(Invocation invocation, long deadline) {
    double[] last = new double[3];
    for (int block = 0; System.nanoTime() < deadline && !abandoned.getAsBoolean(); block++) {
      last[block % 3] = percentile(timeBlock(invocation, BLOCK, deadline), 0.5);
      double least = Arrays.stream(last).min().orElse(0);
      double most = Arrays.stream(last).max().orElse(0);
      if (block >= 2 && most <= least * STABLE) {
        return;
      }
    }
  }

  private double[] time(Invocation invocation, long deadline) {
    double[] first = timeBlock(invocation, MIN_RUNS, deadline + PATIENCE_NANOS);
    double[] rest = timeBlock(invocation, MAX_RUNS - MIN_RUNS, deadline);
    double[] all = Arrays.copyOf(first, first.length + rest.length);
    System.arraycopy(rest, 0, all, first.length, rest.length);
    return all;
  }

  private double[] timeBlock(Invocation invocation, int runs, long deadline) {
    double[] micros = new double[runs];
    int done = 0;
    long before = System.nanoTime();
    while (done < runs && (done == 0 || (before < deadline && !abandoned.getAsBoolean()))) {
      invocation.execute();
      long now = System.nanoTime();
      micros[done++] = (now - before) / 1e3;
      before = now;
    }
    return Arrays.copyOf(micros, done);
  }

  private double[] overlapped(long nanos) throws InterruptedException {
    List<Invocation> invocations = new ArrayList<>();
    try (TensorArena arena = kernel.openArena()) {
      try {
        for (int i = 0; i < OVERLAP; i++) {
          invocations.add(prepare(arena));
        }
        return overlapped(invocations, nanos);
      } finally {
        invocations.forEach(Invocation::close);
      }
    }
  }

  /** {@return the time per run in microseconds, of each of several windows} */
  private double[] overlapped(List<Invocation> invocations, long nanos)
      throws InterruptedException {
    Deque<Flight> flights = new ArrayDeque<>();
    for (Invocation invocation : invocations) {
      flights.add(new Flight(invocation, invocation.submit()));
    }
    double[] micros = new double[WINDOWS];
    int done = 0;
    // One more window than is kept: the first fills the pipeline.
    for (int i = -1; i < WINDOWS && !(done > 0 && abandoned.getAsBoolean()); i++) {
      double window = window(flights, nanos / (WINDOWS + 1));
      if (i >= 0) {
        micros[done++] = window;
      }
    }
    for (Flight flight : flights) {
      flight.completion().await();
    }
    return Arrays.copyOf(micros, done);
  }

  private record Flight(Invocation invocation, Completion completion) {
    Invocation landed() throws InterruptedException {
      completion.await();
      return invocation;
    }
  }

  private static double window(Deque<Flight> flights, long nanos) throws InterruptedException {
    long start = System.nanoTime();
    long patience = start + nanos + PATIENCE_NANOS / WINDOWS;
    for (int runs = 1; ; runs++) {
      Invocation invocation = flights.removeFirst().landed();
      flights.addLast(new Flight(invocation, invocation.submit()));
      long now = System.nanoTime();
      if (now - start >= nanos && (runs >= OVERLAP || now >= patience)) {
        return (now - start) / 1e3 / runs;
      }
    }
  }

  /** {@return a percentile by nearest rank; of nothing, infinity} */
  static double percentile(double[] values, double fraction) {
    if (values.length == 0) {
      return Double.POSITIVE_INFINITY;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[Math.clamp((int) Math.ceil(fraction * sorted.length) - 1, 0, sorted.length - 1)];
  }
}
