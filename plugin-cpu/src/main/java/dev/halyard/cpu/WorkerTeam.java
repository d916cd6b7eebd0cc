package dev.halyard.cpu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads that help one caller at a time with the tasks of a step.
 *
 * <p>A fork publishes the step, then a new generation in {@code state}; a worker claims a task by a
 * compare-and-set on {@code state}, which fails if the generation has changed meanwhile, so that a
 * late worker never runs a task of the wrong step. The caller takes tasks too and then waits until
 * all have ended. Idle workers spin, then yield, then park. Nothing is allocated per fork.
 */
@SuppressWarnings("ThreadPriorityCheck") // yields between spinning and parking; correct without
final class WorkerTeam implements AutoCloseable {
  private static final int SPINS = 2000;
  private static final int YIELDS = 64;
  private static final int TASK_BITS = 32;
  private static final VarHandle PARKED = MethodHandles.arrayElementVarHandle(boolean[].class);

  private final Thread[] threads;
  private final boolean[] parked;
  private final long spinNanos;
  private final CpuCounters counters;
  private final AtomicBoolean busy = new AtomicBoolean();
  // Upper half: the generation. Lower half: the tasks that nobody has claimed; 0 between two forks,
  // so that a step may be replaced while a late worker looks at it.
  private final AtomicLong state = new AtomicLong();
  private final AtomicInteger unfinished = new AtomicInteger();
  private volatile @Nullable Step step;
  private volatile @Nullable Thread waiter;
  private volatile @Nullable Throwable failure;
  private volatile boolean closed;
  private boolean started;

  WorkerTeam(int size, long spinMicros, CpuCounters counters) {
    threads = new Thread[size - 1];
    parked = new boolean[size - 1];
    spinNanos = spinMicros * 1000;
    this.counters = counters;
  }

  /** {@return the number of threads, the caller's included} */
  int size() {
    return threads.length + 1;
  }

  /** {@return whether the caller has the team to itself until it calls {@link #release}} */
  boolean tryAcquire() {
    return threads.length > 0 && !closed && busy.compareAndSet(false, true);
  }

  /** Lets others have the team. */
  void release() {
    busy.set(false);
  }

  /** Runs a step with all threads, and rethrows what a task threw. The caller holds the team. */
  void run(Step work) {
    int tasks = work.tasks();
    if (tasks <= 1) {
      runAlone(work);
      return;
    }
    if (!started) {
      start();
    }
    unfinished.set(tasks);
    step = work;
    long generation = (state.get() >>> TASK_BITS) + 1;
    state.set(generation << TASK_BITS | tasks);
    wake(tasks - 1);
    help(threads.length);
    awaitTasks();
    step = null;
    Throwable thrown = failure;
    if (thrown != null) {
      failure = null;
      throw rethrown(thrown);
    }
  }

  /** Waits for the tasks that workers have claimed; an interrupt is kept for later. */
  private void awaitTasks() {
    for (int i = 0; i < SPINS + YIELDS; i++) {
      if (unfinished.get() == 0) {
        return;
      }
      if (i < SPINS) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
    // The waiter is published before the count is read again, and the last task lowers the count
    // before it reads the waiter: one of the two sees the other. A worker that reads the waiter
    // and unparks it late only makes a later park return early, and parks are in loops.
    waiter = Thread.currentThread();
    boolean interrupted = false;
    while (unfinished.get() != 0) {
      LockSupport.park(this);
      // Parking returns at once while the flag is set.
      interrupted |= Thread.interrupted();
    }
    waiter = null;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void finishTask() {
    if (unfinished.decrementAndGet() == 0) {
      Thread waiting = waiter;
      if (waiting != null) {
        LockSupport.unpark(waiting);
      }
    }
  }

  /** Runs a step on the calling thread. */
  static void runAlone(Step work) {
    for (int task = 0; task < work.tasks(); task++) {
      work.run(task, 0);
    }
  }

  private static RuntimeException rethrown(Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    return thrown instanceof RuntimeException unchecked
        ? unchecked
        : new IllegalStateException(thrown);
  }

  private void start() {
    started = true;
    for (int i = 0; i < threads.length; i++) {
      int index = i;
      threads[i] =
          Thread.ofPlatform()
              .daemon()
              .name("halyard-cpu-worker-" + (i + 1))
              .start(() -> serve(index));
      counters.threads.increment();
    }
  }

  private void wake(int wanted) {
    for (int i = 0; i < threads.length && i < wanted; i++) {
      if ((boolean) PARKED.getVolatile(parked, i)) {
        LockSupport.unpark(threads[i]);
      }
    }
  }

  /** Claims and runs tasks until none is left. The caller's scratch memory is worker 0's. */
  private void help(int index) {
    int worker = index == threads.length ? 0 : index + 1;
    while (true) {
      long now = state.get();
      Step work = step;
      int unclaimed = (int) now;
      if (work == null || unclaimed == 0) {
        return;
      }
      if (state.compareAndSet(now, now - 1)) {
        try {
          work.run(work.tasks() - unclaimed, worker);
        } catch (Throwable thrown) {
          failure = thrown;
        } finally {
          finishTask();
        }
      }
    }
  }

  private void serve(int index) {
    long seen = 0;
    while (!closed) {
      long generation = state.get() >>> TASK_BITS;
      if (generation != seen) {
        seen = generation;
        help(index);
      } else {
        idle(index, seen);
      }
    }
  }

  private void idle(int index, long seen) {
    long until = System.nanoTime() + spinNanos;
    do {
      for (int i = 0; i < 32; i++) {
        if (changed(seen)) {
          return;
        }
        Thread.onSpinWait();
      }
    } while (System.nanoTime() < until);
    for (int i = 0; i < YIELDS; i++) {
      if (changed(seen)) {
        return;
      }
      Thread.yield();
    }
    // The flag is published before the generation is read again, and a fork publishes the
    // generation before it reads the flag: one of the two sees the other.
    PARKED.setVolatile(parked, index, true);
    while (!changed(seen)) {
      LockSupport.park(this);
    }
    PARKED.setVolatile(parked, index, false);
  }

  private boolean changed(long seen) {
    return closed || state.get() >>> TASK_BITS != seen;
  }

  /** Ends the threads. No step is running. */
  @Override
  public void close() {
    closed = true;
    for (Thread thread : threads) {
      if (thread != null) {
        LockSupport.unpark(thread);
        counters.threads.decrement();
      }
    }
  }
}
