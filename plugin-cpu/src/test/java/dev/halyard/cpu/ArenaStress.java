package dev.halyard.cpu;

import dev.halyard.Completion;
import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Halyard;
import dev.halyard.Invocation;
import dev.halyard.Kernel;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * 64 threads that run, submit, cancel and close in the same arenas. Every attempt must end in one
 * of three ways: with the right numbers, cancelled, or refused with an IllegalStateException.
 */
final class ArenaStress {
  private static final int THREADS = 64;
  private static final int SLOTS = 8;
  private static final int WIDTH = 257;

  private final Kernel kernel;
  private final AtomicReferenceArray<TensorArena> slots = new AtomicReferenceArray<>(SLOTS);
  private final ConcurrentMap<String, LongAdder> counts = new ConcurrentHashMap<>();
  private final long deadline;

  private ArenaStress(Kernel kernel, long seconds) {
    this.kernel = kernel;
    this.deadline = System.nanoTime() + seconds * 1_000_000_000;
  }

  public static void main(String[] args) throws InterruptedException {
    long seconds = Long.parseLong(args[0]);
    long seed = Long.parseLong(args[1]);
    Graph graph =
        Graph.of("double", g -> g.output("y", g.input("x", DType.F32, WIDTH).mul(2).add(1)));
    try (Halyard halyard = Halyard.open(Halyard.Config.fromEnvironment());
        Kernel kernel = halyard.device("cpu:0").compile(graph)) {
      new ArenaStress(kernel, seconds).run(seed);
    }
  }

  private void run(long seed) throws InterruptedException {
    for (int i = 0; i < SLOTS; i++) {
      slots.set(i, TensorArena.open());
    }
    List<Thread> threads = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < THREADS; i++) {
      SplittableRandom own = random.split();
      threads.add(
          Thread.ofPlatform()
              .uncaughtExceptionHandler((thread, e) -> die(e))
              .start(() -> work(own)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    for (int i = 0; i < SLOTS; i++) {
      slots.get(i).close();
    }
    long ended = count("right") + count("cancelled") + count("refused");
    System.out.println("counts " + counts);
    if (count("attempted") != ended || count("right") == 0 || count("closed") == 0) {
      die(new AssertionError("attempted " + count("attempted") + ", ended " + ended));
    }
    System.out.println("stress ok");
  }

  private static void die(Throwable e) {
    e.printStackTrace();
    Runtime.getRuntime().halt(3);
  }

  private long count(String what) {
    return counts.computeIfAbsent(what, k -> new LongAdder()).sum();
  }

  private void add(String what) {
    counts.computeIfAbsent(what, k -> new LongAdder()).increment();
  }

  private void work(SplittableRandom random) {
    while (System.nanoTime() < deadline) {
      int slot = random.nextInt(SLOTS);
      switch (random.nextInt(8)) {
        case 0 -> replace(slot);
        case 1, 2, 3 -> attempt(slots.get(slot), random, this::execute);
        default -> attempt(slots.get(slot), random, this::submit);
      }
    }
  }

  private void replace(int slot) {
    TensorArena old = slots.getAndSet(slot, TensorArena.open());
    old.close();
    add("closed");
  }

  private interface Action {
    boolean run(Invocation invocation, SplittableRandom random) throws InterruptedException;
  }

  private void attempt(TensorArena arena, SplittableRandom random, Action action) {
    add("attempted");
    float value = random.nextInt(1000);
    try {
      Tensor x = arena.allocate(DType.F32, WIDTH);
      Tensor y = arena.allocate(DType.F32, WIDTH);
      float[] values = new float[WIDTH];
      Arrays.fill(values, value);
      x.copyFrom(values);
      try (Invocation invocation = kernel.bind().input("x", x).output("y", y).prepare()) {
        if (!action.run(invocation, random)) {
          add("cancelled");
          return;
        }
        requireRight(y.toFloats(), value);
      }
      add("right");
    } catch (IllegalStateException e) {
      add("refused");
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void requireRight(float[] found, float value) {
    for (float f : found) {
      if (f != value * 2 + 1) {
        throw new AssertionError("expected " + (value * 2 + 1) + ", found " + f);
      }
    }
  }

  private boolean execute(Invocation invocation, SplittableRandom random) {
    for (int i = random.nextInt(1, 20); i > 0; i--) {
      invocation.execute();
    }
    return true;
  }

  private boolean submit(Invocation invocation, SplittableRandom random)
      throws InterruptedException {
    Completion completion = invocation.submit();
    if (random.nextInt(3) == 0) {
      completion.cancel();
    }
    if (random.nextInt(4) == 0) {
      invocation.close();
    }
    try {
      completion.await();
      return true;
    } catch (CancellationException e) {
      return false;
    }
  }
}
