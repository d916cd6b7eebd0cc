package dev.halyard.cpu;

import dev.halyard.Completion;
import dev.halyard.DType;
import dev.halyard.Device;
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
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * 64 threads that run, submit, cancel and close in the same arenas, at times in each other's
 * invocations, while kernels are closed and compiled anew. Every attempt must end in one of three
 * ways: with the right numbers, cancelled, or refused with one of the messages that say so; any
 * other exception ends the process.
 */
final class ArenaStress {
  private static final int THREADS = 64;
  private static final int SLOTS = 8;
  // Out of how many actions of a thread one compiles the kernel anew.
  private static final int RARELY = 256;
  private static final int SHARED = 2;
  private static final int LENT_RUNS = 8;
  private static final int WIDTH = 257;
  private static final String OVERLAP = "in use by another thread|has a submission in flight";
  private static final Pattern REFUSALS =
      Pattern.compile(
          "the arena is closed|the arena is being closed|is closed; prepare another"
              + "|is closed; compile it again|"
              + OVERLAP);
  private static final Pattern OVERLAPS = Pattern.compile(OVERLAP);

  private final Device device;
  private final AtomicReference<Kernel> kernel;
  private final AtomicReferenceArray<Invocation> shared = new AtomicReferenceArray<>(SHARED);
  private final AtomicReferenceArray<TensorArena> slots = new AtomicReferenceArray<>(SLOTS);
  private final ConcurrentMap<String, LongAdder> counts = new ConcurrentHashMap<>();
  private final long deadline;

  private ArenaStress(Device device, long seconds) {
    this.device = device;
    this.kernel = new AtomicReference<>(compile());
    this.deadline = System.nanoTime() + seconds * 1_000_000_000;
  }

  private Kernel compile() {
    return device.compile(
        Graph.of("double", g -> g.output("y", g.input("x", DType.F32, WIDTH).mul(2).add(1))));
  }

  public static void main(String[] args) throws InterruptedException {
    long seconds = Long.parseLong(args[0]);
    long seed = Long.parseLong(args[1]);
    try (Halyard halyard = Halyard.open(Halyard.Config.fromEnvironment())) {
      new ArenaStress(halyard.device("cpu:0"), seconds).run(seed);
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
    kernel.get().close();
    long ended = count("right") + count("cancelled") + count("refused");
    System.out.println("counts " + counts);
    if (count("attempted") != ended) {
      die(new AssertionError("attempted " + count("attempted") + ", ended " + ended));
    }
    for (String what :
        List.of("right", "cancelled", "closed", "recompiled", "overlap", "borrowed")) {
      if (count(what) == 0) {
        die(new AssertionError("it never came to: " + what));
      }
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
      TensorArena arena = slots.get(random.nextInt(SLOTS));
      int choice = random.nextInt(RARELY);
      if (choice == 0) {
        recompile();
      } else if (choice < RARELY / 8) {
        replace(random.nextInt(SLOTS));
      } else if (choice < RARELY / 4) {
        borrow(random);
      } else {
        attempt(arena, random, random.nextInt(8) < 3 ? this::execute : this::submit);
      }
    }
  }

  private void replace(int slot) {
    slots.getAndSet(slot, TensorArena.open()).close();
    add("closed");
  }

  private void recompile() {
    kernel.getAndSet(compile()).close();
    add("recompiled");
  }

  /** What is done with an invocation; false if it was cancelled. */
  private interface Action {
    boolean run(Invocation invocation, SplittableRandom random) throws InterruptedException;
  }

  /** Uses an invocation that another thread has prepared and may be using. */
  private void borrow(SplittableRandom random) {
    Invocation invocation = shared.get(random.nextInt(SHARED));
    if (invocation == null) {
      return;
    }
    Action action = random.nextBoolean() ? this::execute : this::submit;
    end(() -> action.run(invocation, random));
    add("borrowed");
  }

  private void attempt(TensorArena arena, SplittableRandom random, Action action) {
    float value = random.nextInt(1000);
    end(
        () -> {
          Tensor x = onHost(() -> arena.allocate(DType.F32, WIDTH));
          Tensor y = onHost(() -> arena.allocate(DType.F32, WIDTH));
          float[] values = new float[WIDTH];
          Arrays.fill(values, value);
          onHost(() -> x.copyFrom(values));
          try (Invocation invocation = kernel.get().bind().input("x", x).output("y", y).prepare()) {
            int runs = 1;
            if (random.nextBoolean()) {
              shared.set(random.nextInt(SHARED), invocation);
              runs = LENT_RUNS;
            }
            for (int i = 0; i < runs; i++) {
              if (!action.run(invocation, random)) {
                return false;
              }
            }
            // A thread that borrowed it may be running, and writes the same numbers.
            requireRight(onHost(y::toFloats), value);
            return true;
          }
        });
  }

  /** An access of the host, for which no run holds the arena: the JDK refuses when it is closed. */
  private static <T> T onHost(Supplier<T> access) {
    try {
      return access.get();
    } catch (IllegalStateException e) {
      if ("Already closed".equals(e.getMessage())) {
        throw new IllegalStateException("the arena is closed", e);
      }
      throw e;
    }
  }

  /** Something that ends right, or cancelled where it returns false, or refused. */
  private interface Attempt {
    boolean run() throws InterruptedException;
  }

  private void end(Attempt attempt) {
    add("attempted");
    try {
      add(attempt.run() ? "right" : "cancelled");
    } catch (IllegalStateException e) {
      String message = String.valueOf(e.getMessage());
      if (!REFUSALS.matcher(message).find()) {
        throw e;
      }
      if (OVERLAPS.matcher(message).find()) {
        add("overlap");
      }
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
    boolean cancelled = random.nextInt(3) == 0 && completion.cancel();
    if (random.nextInt(4) == 0) {
      invocation.close();
    }
    try {
      completion.await();
    } catch (CancellationException e) {
      if (cancelled) {
        return false;
      }
      throw new AssertionError("a run that was not cancelled is reported as such", e);
    }
    if (cancelled) {
      throw new AssertionError("a run that was cancelled is reported as done");
    }
    return true;
  }
}
