package dev.halyard.tck.latency;

import com.sun.management.ThreadMXBean;
import dev.halyard.Dims;
import dev.halyard.Graph;
import dev.halyard.Invocation;
import dev.halyard.Kernel;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.spi.Profile;
import dev.halyard.spi.TestHooks;
import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.NotClaimed;
import dev.halyard.tck.check.Patience;
import dev.halyard.tck.check.Trial;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

/** Level L0: what counters tell, whatever the clock says. */
final class StructuralChecks {
  private static final long SIZE = 64;
  private static final int RUNS = 1000;
  private static final int LEAST_RUNS = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final long[] EXTENTS = {4096, 1, 7, 64, 65, 1000};
  private static final long EMULATED_SIZE = 1024;
  private static final int WINDOWS = 100;
  private static final int WINDOW = 100;
  private static final long MAX_BYTES = 1024;
  private static final long WARM_NANOS = 5_000_000_000L;

  private StructuralChecks() {}

  static void addTo(List<Check> checks) {
    checks.add(Check.of("L-001", "1,000 runs", StructuralChecks::compilesNothing));
    checks.add(Check.of("L-001", "variants", StructuralChecks::variantsCompileNothing));
    checks.add(Check.of("L-002", "10,000 runs", StructuralChecks::allocatesNothing));
    checks.add(Check.of("L-003", "1,000 runs", StructuralChecks::holdsNothing));
    checks.add(Check.of("L-004", "inputs changed in place", StructuralChecks::computesAnew));
    checks.add(Check.of("N-901", "samples of a timed loop", StructuralChecks::samplesAreRight));
    for (LongFunction<Graph> family : Workloads.all()) {
      checks.add(
          Check.of(
                  "N-901",
                  "timed size of " + family.apply(1).name(),
                  trial -> timedSizeIsRight(trial, family))
              .within(Duration.ofMinutes(2)));
    }
  }

  private static Rig rig(Trial trial) {
    return Rig.open(trial.subject(), Workloads.claimed(trial).apply(SIZE), trial.random());
  }

  private static void compilesNothing(Trial trial) {
    TestHooks hooks = trial.subject().hooks().orElse(null);
    try (Rig rig = rig(trial)) {
      rig.time();
      long kernel = rig.kernel.metrics().compilations();
      long driver = hooks == null ? 0 : hooks.compiles();
      repeat(rig, RUNS);
      unchanged("Kernel.metrics().compilations()", kernel, rig.kernel.metrics().compilations());
      unchanged("TestHooks.compiles()", driver, hooks == null ? 0 : hooks.compiles());
    }
  }

  /** Dimensions that the invocation was prepared for, in turn. */
  private static void variantsCompileNothing(Trial trial) {
    trial.subject().require(Profile.DYNAMIC_DIMS);
    SymbolicWork work = SymbolicWork.claimed(trial);
    Dims[] variants = LongStream.of(EXTENTS).mapToObj(SymbolicWork::rows).toArray(Dims[]::new);
    TestHooks hooks = trial.subject().hooks().orElse(null);
    try (Kernel kernel = trial.subject().compile(work.graph());
        TensorArena arena = kernel.openArena()) {
      Tensor x = kernel.allocateInput(arena, "x", variants[0]);
      Tensor y = kernel.allocateOutput(arena, "y", variants[0]);
      SymbolicWork.fill(x, 1);
      try (Invocation run = kernel.bind().input("x", x).output("y", y).prepare(variants)) {
        run.execute(0);
        long compiled = kernel.metrics().compilations();
        long driver = hooks == null ? 0 : hooks.compiles();
        Patience patience = Patience.of(2 * variants.length, PATIENCE);
        for (int i = 0; i < RUNS && patience.lasts(i); i++) {
          int variant = i % variants.length;
          SymbolicWork.fill(y, -1);
          run.execute(variant);
          work.require(y, EXTENTS[variant]);
        }
        unchanged("Kernel.metrics().compilations()", compiled, kernel.metrics().compilations());
        unchanged("TestHooks.compiles()", driver, hooks == null ? 0 : hooks.compiles());
      }
    }
  }

  private static void unchanged(String what, long before, long after) {
    if (after != before) {
      throw new AssertionError(what + " should stay " + before + " from run to run, is " + after);
    }
  }

  /** As often as asked for, or as there is time for. */
  private static void repeat(Rig rig, int runs) {
    Patience patience = Patience.of(LEAST_RUNS, PATIENCE);
    for (int i = 0; i < runs && patience.lasts(i); i++) {
      rig.invocation.execute();
    }
  }

  private static void allocatesNothing(Trial trial) {
    if (!(ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads)) {
      throw new NotClaimed("this JVM does not count what threads allocate");
    }
    if ("allocates".equals(trial.subject().descriptor().properties().get("heap"))) {
      throw new NotClaimed("the device declares that its runs allocate (property heap)");
    }
    try (Rig rig = rig(trial)) {
      warmUp(rig, threads);
      int window = window(rig);
      trial.record("runs", window * WINDOWS);
      double[] perRun = new double[WINDOWS];
      for (int i = 0; i < WINDOWS; i++) {
        long before = threads.getTotalThreadAllocatedBytes();
        repeat(rig, window);
        perRun[i] = (double) (threads.getTotalThreadAllocatedBytes() - before) / window;
      }
      double median = Medians.median(perRun);
      trial.record("bytesPerRun", median);
      if (median > MAX_BYTES) {
        throw new AssertionError(
            "a run should allocate at most " + MAX_BYTES + " bytes, allocates " + median);
      }
      requireLevel(perRun, trial.random());
    }
  }

  /** Code that is not compiled yet boxes vectors; it has some seconds to be compiled. */
  private static void warmUp(Rig rig, ThreadMXBean threads) {
    long end = System.nanoTime() + WARM_NANOS;
    long bytes = Long.MAX_VALUE;
    while (bytes > MAX_BYTES * RUNS && System.nanoTime() < end) {
      long before = threads.getTotalThreadAllocatedBytes();
      repeat(rig, RUNS);
      bytes = threads.getTotalThreadAllocatedBytes() - before;
    }
  }

  /** {@return how many runs are looked at together: fewer of a slow device, and one at least} */
  private static int window(Rig rig) {
    long share = PATIENCE.toNanos() / WINDOWS;
    long nanos = LongStream.generate(rig::time).limit(3).min().orElseThrow();
    return Math.clamp(share / Math.max(1, nanos), 1, WINDOW);
  }

  /** The later half against the earlier, window by window: growth shows as a positive interval. */
  private static void requireLevel(double[] perRun, SplittableRandom random) {
    double[] growth = new double[perRun.length / 2];
    for (int i = 0; i < growth.length; i++) {
      growth[i] = perRun[i + growth.length] - perRun[i];
    }
    Medians.Interval interval = Medians.interval(growth, 0.998, random);
    // A byte a run is more than rounding, and less than any growth that matters.
    if (interval.low() > 1) {
      throw new AssertionError(
          "what a run allocates should not grow, grows by %.1f to %.1f bytes in half of the runs"
              .formatted(interval.low(), interval.high()));
    }
  }

  private static void holdsNothing(Trial trial) {
    TestHooks hooks =
        trial
            .subject()
            .hooks()
            .orElseThrow(() -> new NotClaimed("the driver has no test hooks to count by"));
    try (Rig rig = rig(trial)) {
      repeat(rig, RUNS);
      long bytes = hooks.nativeBytes();
      long handles = hooks.handles();
      long threads = hooks.threads();
      repeat(rig, RUNS);
      unchanged("TestHooks.nativeBytes()", bytes, hooks.nativeBytes());
      unchanged("TestHooks.handles()", handles, hooks.handles());
      unchanged("TestHooks.threads()", threads, hooks.threads());
    }
  }

  /** Only the last elements change: a cache by address or by the first bytes gives old results. */
  private static void computesAnew(Trial trial) {
    SplittableRandom random = trial.random();
    long compared = 0;
    try (Rig rig = rig(trial)) {
      for (int round = 0; round < 10; round++) {
        Rig.change(rig.firstInput(), random);
        repeat(rig, 5);
        compared += rig.compare("fresh input, round " + round);
      }
    }
    requireCompared(compared);
  }

  private static void samplesAreRight(Trial trial) {
    SplittableRandom random = trial.random();
    long compared = 0;
    try (Rig rig = rig(trial)) {
      for (int run = 0; run < 200; run++) {
        Rig.fill(rig.firstInput(), random);
        rig.time();
        compared += run % 20 == 19 ? rig.compare("timed run " + run) : 0;
      }
    }
    trial.record("elements", compared);
    requireCompared(compared);
  }

  /** Tiles that a small shape never reaches, at the very sizes that other checks time. */
  private static void timedSizeIsRight(Trial trial, LongFunction<Graph> family) throws Exception {
    if (!Workloads.isClaimed(trial, family)) {
      throw new NotClaimed("the device does not claim " + family.apply(1).name());
    }
    long size =
        trial.subject().descriptor().emulated() ? EMULATED_SIZE : Workloads.size(trial, family);
    SplittableRandom random = trial.random();
    long compared = 0;
    try (Rig rig = Rig.open(trial.subject(), family.apply(size), random)) {
      for (int round = 0; round < 3; round++) {
        Rig.fill(rig.firstInput(), random);
        repeat(rig, 5);
        compared += rig.compareRows("size " + size + ", round " + round, family, size, random);
      }
    }
    trial.record("size", size);
    trial.record("elements", compared);
    requireCompared(compared);
  }

  private static void requireCompared(long compared) {
    if (compared == 0) {
      throw new AssertionError("no element was compared");
    }
  }
}
