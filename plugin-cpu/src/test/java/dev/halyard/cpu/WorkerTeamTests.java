package dev.halyard.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkerTeamTests {
  private static final int FORKS = 20_000;

  private final CpuCounters counters = new CpuCounters();
  private final WorkerTeam team = new WorkerTeam(4, 5, counters);

  @AfterEach
  void close() {
    team.close();
    assertEquals(0, counters.threads.sum(), "threads after close");
  }

  /** Counts how often each task ran, and that no worker has two at a time. */
  private static final class Counting extends Step {
    final AtomicIntegerArray runs;
    final AtomicIntegerArray busy = new AtomicIntegerArray(4);
    final AtomicInteger clashes = new AtomicInteger();

    Counting(int tasks) {
      super(tasks);
      runs = new AtomicIntegerArray(tasks);
    }

    @Override
    void run(int task, int worker) {
      if (busy.getAndSet(worker, 1) != 0) {
        clashes.incrementAndGet();
      }
      runs.incrementAndGet(task);
      busy.set(worker, 0);
    }
  }

  @Test
  void everyTaskOfEveryForkRunsOnce() {
    List<Counting> steps = new ArrayList<>();
    for (int tasks = 0; tasks < 9; tasks++) {
      steps.add(new Counting(tasks));
    }
    assertTrue(team.tryAcquire());
    for (int fork = 0; fork < FORKS; fork++) {
      team.run(steps.get(fork % steps.size()));
      if (fork % 1000 == 0) {
        sleep(); // long enough for the workers to park
      }
    }
    team.release();
    for (Counting step : steps) {
      int[] expected = new int[step.tasks()];
      Arrays.setAll(
          expected, task -> FORKS / steps.size() + (step.tasks() < FORKS % steps.size() ? 1 : 0));
      int[] found = new int[step.tasks()];
      Arrays.setAll(found, step.runs::get);
      assertArrayEquals(expected, found);
      assertEquals(0, step.clashes.get(), "two tasks with one worker's scratch memory");
    }
  }

  private static void sleep() {
    try {
      Thread.sleep(Duration.ofMillis(2));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void anExceptionOfATaskReachesTheCallerAndTheTeamGoesOn() {
    IllegalStateException thrown = new IllegalStateException("task 5");
    AtomicInteger others = new AtomicInteger();
    Step failing =
        new Step(8) {
          @Override
          void run(int task, int worker) {
            if (task == 5) {
              throw thrown;
            }
            others.incrementAndGet();
          }
        };
    assertTrue(team.tryAcquire());
    for (int i = 1; i <= 100; i++) {
      assertSame(thrown, assertThrows(IllegalStateException.class, () -> team.run(failing)));
      assertEquals(7 * i, others.get());
    }
    Counting after = new Counting(8);
    team.run(after);
    assertEquals(1, after.runs.get(7));
    team.release();
  }

  @Test
  void oneCallerAtATimeHasTheTeam() {
    assertTrue(team.tryAcquire());
    assertFalse(team.tryAcquire());
    team.release();
    assertTrue(team.tryAcquire());
    team.release();
  }

  @Test
  void callersThatFindTheTeamBusyRunAlone() throws InterruptedException {
    AtomicInteger failures = new AtomicInteger();
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      callers.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    Counting step = new Counting(5);
                    CpuBinding binding = Bindings.of(counters, step);
                    for (int run = 0; run < 2000; run++) {
                      binding.run(team);
                    }
                    for (int task = 0; task < 5; task++) {
                      failures.addAndGet(step.runs.get(task) == 2000 ? 0 : 1);
                    }
                  }));
    }
    for (Thread caller : callers) {
      caller.join();
    }
    assertEquals(0, failures.get());
  }

  /** A worker's task that sees the caller park, and ends only then. */
  private static class Late extends Step {
    private final Thread caller = Thread.currentThread();
    private final CountDownLatch started = new CountDownLatch(2);
    volatile boolean parked;

    Late() {
      super(2);
    }

    @Override
    void run(int task, int worker) {
      started.countDown();
      try {
        started.await();
        long until = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (worker != 0 && !parked && System.nanoTime() < until) {
          parked = caller.getState() == Thread.State.WAITING;
          Thread.sleep(1);
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void callerParksWhileAWorkerTakesLong() {
    Late step = new Late();
    assertTrue(team.tryAcquire());
    team.run(step);
    team.release();
    assertTrue(step.parked, "the caller never parked");
  }

  @Test
  void interruptedCallerParksAndKeepsItsInterrupt() {
    Late step =
        new Late() {
          @Override
          void run(int task, int worker) {
            super.run(task, worker);
            if (worker == 0) {
              Thread.currentThread().interrupt();
            }
          }
        };
    assertTrue(team.tryAcquire());
    team.run(step);
    team.release();
    assertTrue(Thread.interrupted(), "the interrupt is lost");
    assertTrue(step.parked, "the caller never parked");
  }
}
