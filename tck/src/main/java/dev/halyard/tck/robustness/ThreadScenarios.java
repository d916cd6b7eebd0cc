package dev.halyard.tck.robustness;

import dev.halyard.Completion;
import dev.halyard.DeviceLostException;
import dev.halyard.Kernel;
import dev.halyard.TensorArena;
import dev.halyard.tck.check.NotClaimed;
import dev.halyard.tck.check.Patience;
import dev.halyard.tck.check.Subject;
import dev.halyard.tck.check.Trial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** Threads, cancelling and interrupts. */
final class ThreadScenarios {
  private static final int MANY = 64;
  private static final int FEW = 4;
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private ThreadScenarios() {}

  static void addTo(List<Scenario> scenarios) {
    scenarios.add(Scenario.of("R-103", "close against runs", ThreadScenarios::closeRacesWithRuns));
    scenarios.add(Scenario.of("R-104", "64 submitters", ThreadScenarios::manySubmit));
    scenarios.add(Scenario.of("R-105", "other inputs", ThreadScenarios::scratchIsApart));
    scenarios.add(Scenario.of("R-201", "cancel", ThreadScenarios::cancels));
    scenarios.add(Scenario.of("R-202", "interrupt", ThreadScenarios::keepsInterrupts));
  }

  private static void all(int threads, List<Callable<Void>> tasks) throws Exception {
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      for (Future<Void> task : pool.invokeAll(tasks)) {
        task.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AssertionError failure) {
        throw failure;
      }
      throw e;
    }
  }

  private static void closeRacesWithRuns(Trial trial) throws Exception {
    Subject subject = trial.subject();
    Work work = Work.of(subject);
    SplittableRandom random = trial.random();
    try (Kernel other = subject.compile(work.graph());
        TensorArena outside = other.openArena();
        Work.Job beside = work.job(other, outside)) {
      beside.set(0);
      for (int round = 0; round < 20; round++) {
        closeUnderRuns(subject, work, random.nextLong(1_000_000), beside);
      }
    }
    work.requireWorks(subject, "after kernels were closed under running threads");
  }

  /** Closes a kernel while its invocations run, and one of another kernel beside them. */
  private static void closeUnderRuns(Subject subject, Work work, long nanos, Work.Job beside)
      throws Exception {
    Kernel kernel = subject.compile(work.graph());
    try (TensorArena arena = kernel.openArena()) {
      List<Callable<Void>> tasks = new ArrayList<>();
      CyclicBarrier start = new CyclicBarrier(FEW + 2);
      AtomicBoolean closed = new AtomicBoolean();
      for (int i = 0; i < FEW; i++) {
        Work.Job job = work.job(kernel, arena);
        int variant = i % Work.VARIANTS;
        job.set(variant);
        tasks.add(() -> runUntilClosed(job, variant, start));
      }
      tasks.add(() -> runBeside(beside, start, closed));
      tasks.add(
          () -> {
            start.await();
            LockSupport.parkNanos(nanos);
            kernel.close();
            closed.set(true);
            return null;
          });
      all(FEW + 2, tasks);
    }
  }

  private static Void runUntilClosed(Work.Job job, int variant, CyclicBarrier start)
      throws Exception {
    start.await();
    while (true) {
      try {
        job.run().execute();
      } catch (IllegalStateException e) {
        return null;
      }
      job.require(variant, "a run beside a close");
    }
  }

  private static Void runBeside(Work.Job job, CyclicBarrier start, AtomicBoolean closed)
      throws Exception {
    start.await();
    while (!closed.get()) {
      job.spoil();
      job.run().execute();
      job.require(0, "a run of a kernel while another is closed");
    }
    return null;
  }

  private static void manySubmit(Trial trial) throws Exception {
    Subject subject = trial.subject();
    Work work = Work.of(subject);
    try (Kernel kernel = subject.compile(work.graph());
        TensorArena arena = kernel.openArena()) {
      List<Callable<Void>> tasks = new ArrayList<>();
      Patience patience = Patience.of(2, PATIENCE);
      for (int i = 0; i < MANY; i++) {
        Work.Job job = work.job(kernel, arena);
        int first = i;
        tasks.add(
            () -> {
              for (int run = 0; run < 20 && patience.lasts(run); run++) {
                int variant = (first + run) % Work.VARIANTS;
                job.set(variant);
                if (run % 2 == 0) {
                  job.run().submit().await();
                } else {
                  job.run().execute();
                }
                job.require(variant, "one of 64 threads");
              }
              job.close();
              return null;
            });
      }
      all(MANY, tasks);
    }
  }

  private static void scratchIsApart(Trial trial) throws Exception {
    Subject subject = trial.subject();
    Work work = Work.of(subject);
    try (Kernel kernel = subject.compile(work.graph());
        TensorArena arena = kernel.openArena()) {
      List<Callable<Void>> tasks = new ArrayList<>();
      Patience patience = Patience.of(20, PATIENCE);
      for (int i = 0; i < FEW; i++) {
        Work.Job job = work.job(kernel, arena);
        int variant = i % Work.VARIANTS;
        job.set(variant);
        tasks.add(
            () -> {
              for (int run = 0; run < 1500 && patience.lasts(run); run++) {
                job.run().execute();
                job.require(variant, "one of 4 invocations of a kernel");
              }
              job.close();
              return null;
            });
      }
      all(FEW, tasks);
    }
  }

  private static void cancels(Trial trial) throws Exception {
    Subject subject = trial.subject();
    Work work = Work.of(subject);
    int cancelled = 0;
    try (Kernel kernel = subject.compile(work.graph());
        TensorArena arena = kernel.openArena();
        Work.Job first = work.job(kernel, arena);
        Work.Job second = work.job(kernel, arena)) {
      first.set(0);
      second.set(1);
      Patience patience = Patience.of(20, PATIENCE);
      for (int round = 0; round < 200 && patience.lasts(round); round++) {
        second.spoil();
        Completion before = first.run().submit();
        Completion after = second.run().submit(before);
        boolean took = round % 2 == 0 && after.cancel();
        before.await();
        first.require(0, "a run before one that was cancelled");
        cancelled += took ? 1 : 0;
        settle(second, after, took);
        if (after.cancel() && !took) {
          throw new AssertionError("a run that has ended could be cancelled");
        }
      }
    }
    trial.record("cancelled", cancelled);
    work.requireWorks(subject, "after runs were cancelled");
    if (cancelled == 0) {
      throw new NotClaimed("cancel() never said true: no run was taken back");
    }
  }

  private static void settle(Work.Job job, Completion completion, boolean took)
      throws InterruptedException {
    try {
      completion.await();
      if (took) {
        throw new AssertionError("cancel() said true, and waiting says that the run is done");
      }
      job.require(1, "a run that could not be cancelled");
    } catch (CancellationException e) {
      if (!took) {
        throw new AssertionError("cancel() said false, and the run counts as cancelled", e);
      }
      job.requireSpoiled("a run that was cancelled");
    }
  }

  private static void keepsInterrupts(Trial trial) throws Exception {
    Subject subject = trial.subject();
    Work work = Work.of(subject);
    try (Kernel kernel = subject.compile(work.graph());
        TensorArena arena = kernel.openArena();
        Work.Job job = work.job(kernel, arena)) {
      for (int round = 0; round < 50; round++) {
        int variant = round % Work.VARIANTS;
        job.set(variant);
        Thread.currentThread().interrupt();
        job.run().execute();
        if (!Thread.interrupted()) {
          throw new AssertionError("execute() swallows the thread's interrupt");
        }
        job.require(variant, "a run on an interrupted thread");
      }
      for (int round = 0; round < 50; round++) {
        int variant = (round + 1) % Work.VARIANTS;
        job.set(variant);
        Completion completion = job.run().submit();
        Thread.currentThread().interrupt();
        waitInterrupted(completion);
        if (!completion.await(LONG)) {
          throw new AssertionError("a run did not end in 30 s after its waiter was interrupted");
        }
        job.require(variant, "a run whose waiter was interrupted");
      }
    }
  }

  /** Either the wait is interrupted, or the run was over already and the flag is still set. */
  private static void waitInterrupted(Completion completion) {
    try {
      completion.await();
      if (!Thread.interrupted()) {
        throw new AssertionError("waiting returns, and swallows the thread's interrupt");
      }
    } catch (InterruptedException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw new AssertionError("waiting throws InterruptedException and leaves the flag set", e);
      }
    } catch (DeviceLostException e) {
      throw new AssertionError("an interrupt loses the device", e);
    }
  }
}
