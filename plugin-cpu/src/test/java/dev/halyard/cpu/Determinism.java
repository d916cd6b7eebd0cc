package dev.halyard.cpu;

import dev.halyard.DType;
import dev.halyard.Gelu;
import dev.halyard.Graph;
import dev.halyard.Halyard;
import dev.halyard.Invocation;
import dev.halyard.Kernel;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Runs a graph from a cold start until C2 has compiled it, at first alone, then while another
 * thread runs it too and has the workers now and then. Every run must give the bits of the first,
 * which the interpreter computes.
 */
final class Determinism {
  // Little work, so that thousands of runs take seconds, except for one step that is worth sharing
  // between two threads.
  private static final int ROWS = 13;
  private static final int INNER = 17;
  private static final int COLUMNS = 67;
  private static final int SHARED_ROWS = 33;
  private static final int SHARED_COLUMNS = 201;
  private static final long SEED = 42;

  /** C2 has compiled every loop by then. */
  private static final int MOST_RUNS = 5000;

  private final Kernel kernel;
  private final TensorArena arena;
  private final Tensor x;
  private final Tensor shared;
  private final Map<String, byte[]> expected;

  private Determinism(Kernel kernel, TensorArena arena) {
    this.kernel = kernel;
    this.arena = arena;
    this.x = random(arena, 1, ROWS, INNER);
    this.shared = random(arena, 5, SHARED_ROWS, SHARED_COLUMNS);
    try (Session first = new Session()) {
      first.invocation.execute();
      expected = first.bits();
    }
  }

  /** Arguments: threads; the most seconds that each of the two parts may take. */
  public static void main(String[] arguments) throws InterruptedException {
    long nanos = (long) (Double.parseDouble(arguments[1]) * 1e9);
    Halyard.Config config =
        Halyard.Config.fromEnvironment()
            .property("halyard.cpu.vector", "on")
            .property("halyard.cpu.threads", arguments[0]);
    try (Halyard halyard = Halyard.open(config);
        Kernel kernel = halyard.device("cpu:0").compile(graph());
        TensorArena arena = TensorArena.open()) {
      Determinism test = new Determinism(kernel, arena);
      long alone = test.runUntil(System.nanoTime() + nanos, 0);
      long beside = test.runBesideAnother(nanos);
      System.out.println("equal bits in " + alone + " runs alone and " + beside + " beside others");
    }
  }

  private static Graph graph() {
    TensorArena constants = TensorArena.ofAuto();
    return Graph.of(
        "odd",
        g -> {
          Value x = g.input("x", DType.F32, ROWS, INNER);
          Value h = x.matmul(g.constant(random(constants, 2, INNER, COLUMNS)));
          Value bias = g.constant(random(constants, 3, COLUMNS));
          Value scale = g.constant(random(constants, 4, COLUMNS));
          g.output("softmax", h.softmax(-1));
          Value shared = g.input("shared", DType.F32, SHARED_ROWS, SHARED_COLUMNS);
          g.output("sharedSoftmax", shared.softmax(-1));
          g.output("logSoftmax", h.logSoftmax(-1));
          g.output("layerNorm", h.add(bias).gelu(Gelu.ERF).layerNorm(scale, bias, -1, 1e-5));
          g.output("rmsNorm", h.gelu(Gelu.TANH).rmsNorm(scale, -1, 1e-5));
          g.output("rowSum", h.reduceSum(false, 1));
          g.output("columnSum", h.reduceSum(false, 0));
          g.output("sum", x.reduceSum(false, 0, 1));
          g.output("max", h.reduceMax(false, 1));
          g.output("min", x.reduceMin(false, 1));
          g.output("transcendental", x.exp().add(x.tanh()).add(x.sin()));
        });
  }

  private static Tensor random(TensorArena arena, long seed, long... shape) {
    SplittableRandom random = new SplittableRandom(SEED + seed);
    Tensor tensor = arena.allocate(DType.F32, shape);
    for (long i = 0; i < tensor.elements(); i++) {
      tensor.setDouble(i, random.nextDouble(-1, 1));
    }
    return tensor;
  }

  private final class Session implements AutoCloseable {
    final Map<String, Tensor> outputs = new LinkedHashMap<>();
    final Invocation invocation;

    Session() {
      put("softmax", ROWS, COLUMNS);
      put("sharedSoftmax", SHARED_ROWS, SHARED_COLUMNS);
      put("logSoftmax", ROWS, COLUMNS);
      put("layerNorm", ROWS, COLUMNS);
      put("rmsNorm", ROWS, COLUMNS);
      put("rowSum", ROWS);
      put("columnSum", COLUMNS);
      put("sum");
      put("max", ROWS);
      put("min", ROWS);
      put("transcendental", ROWS, INNER);
      var binder = kernel.bind().input("x", x).input("shared", shared);
      outputs.forEach(binder::output);
      invocation = binder.prepare();
    }

    private void put(String name, long... shape) {
      outputs.put(name, arena.allocate(DType.F32, shape));
    }

    Map<String, byte[]> bits() {
      Map<String, byte[]> bits = new LinkedHashMap<>();
      outputs.forEach(
          (name, tensor) -> bits.put(name, tensor.segment().toArray(ValueLayout.JAVA_BYTE)));
      return bits;
    }

    void requireEqualBits(long run) {
      outputs.forEach(
          (name, tensor) -> {
            long at = tensor.segment().mismatch(MemorySegment.ofArray(expected.get(name)));
            if (at >= 0) {
              throw new AssertionError(
                  "run " + run + " gave other bits for " + name + ", first at byte " + at);
            }
          });
    }

    @Override
    public void close() {
      invocation.close();
    }
  }

  /** {@return how often it ran}, pausing after every few runs where the pause is above 0. */
  private long runUntil(long deadline, long pauseMillis) throws InterruptedException {
    long runs = 0;
    try (Session session = new Session()) {
      while (runs < MOST_RUNS && System.nanoTime() < deadline) {
        session.outputs.values().forEach(tensor -> tensor.segment().fill((byte) -1));
        session.invocation.execute();
        session.requireEqualBits(++runs);
        if (pauseMillis > 0 && runs % 5 == 0) {
          Thread.sleep(pauseMillis);
        }
      }
    }
    return runs;
  }

  private long runBesideAnother(long nanos) throws InterruptedException {
    long deadline = System.nanoTime() + nanos;
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Thread other =
        Thread.ofPlatform()
            .uncaughtExceptionHandler((thread, thrown) -> failure.set(thrown))
            .start(
                () -> {
                  try {
                    runUntil(deadline, 1);
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                });
    long runs = runUntil(deadline, 0);
    other.join();
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw new AssertionError("the other thread failed", thrown);
    }
    return runs;
  }
}
