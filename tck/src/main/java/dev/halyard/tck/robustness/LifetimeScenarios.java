package dev.halyard.tck.robustness;

import dev.halyard.Kernel;
import dev.halyard.TensorArena;
import dev.halyard.spi.TestHooks;
import dev.halyard.tck.check.NotClaimed;
import dev.halyard.tck.check.OpenFiles;
import dev.halyard.tck.check.Patience;
import dev.halyard.tck.check.Subject;
import dev.halyard.tck.check.Trial;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Closing, and what it gives back. */
final class LifetimeScenarios {
  private static final int WARM_UP = 60;
  private static final int QUICK_OPENINGS = 1000;
  private static final int FULL_OPENINGS = 10_000;
  private static final Duration QUICK_PATIENCE = Duration.ofMinutes(1);
  private static final Duration FULL_PATIENCE = Duration.ofMinutes(3);
  private static final int COMPILATIONS = 40;

  private LifetimeScenarios() {}

  static void addTo(List<Scenario> scenarios) {
    scenarios.add(Scenario.of("R-101", "use after close", LifetimeScenarios::useAfterClose));
    scenarios.add(Scenario.of("R-102", "close twice", LifetimeScenarios::closeTwice));
    scenarios.add(
        Scenario.of("R-501", "bindings", LifetimeScenarios::bindingsLeakNothing)
            .within(Duration.ofMinutes(4)));
    scenarios.add(
        Scenario.of("R-502", "kernels", LifetimeScenarios::kernelsLeakNothing)
            .within(Duration.ofMinutes(2)));
  }

  /** Something that must be refused. */
  @FunctionalInterface
  private interface Call {
    void run() throws Exception;
  }

  private static void requireRefused(String what, Call call) throws Exception {
    try {
      call.run();
    } catch (IllegalStateException e) {
      return;
    }
    throw new AssertionError(what + " is not refused with an IllegalStateException");
  }

  private static void useAfterClose(Trial trial) throws Exception {
    Subject subject = trial.subject();
    Work work = Work.of(subject);
    Kernel kernel = subject.compile(work.graph());
    TensorArena arena = kernel.openArena();
    Work.Job first = work.job(kernel, arena);
    Work.Job beside = work.job(kernel, arena);
    first.set(1);
    first.run().execute();
    first.close();
    beside.set(2);
    beside.run().execute();
    beside.require(2, "after another invocation of the kernel was closed");
    beside.close();
    requireRefused("execute() of a closed invocation", first.run()::execute);
    requireRefused("submit() of a closed invocation", first.run()::submit);

    Work.Job second = work.job(kernel, arena);
    arena.close();
    requireRefused("execute() on tensors of a closed arena", second.run()::execute);
    requireRefused("submit() on tensors of a closed arena", second.run()::submit);
    requireRefused("an allocation in a closed arena", () -> arena.allocate(64, 64));
    second.close();

    try (TensorArena other = kernel.openArena()) {
      Work.Job third = work.job(kernel, other);
      kernel.close();
      requireRefused("execute() of a closed kernel", third.run()::execute);
      requireRefused("bind() of a closed kernel", () -> work.job(kernel, other));
      third.close();
    }
    work.requireWorks(subject, "after everything was used after it was closed");
  }

  private static void closeTwice(Trial trial) {
    Subject subject = trial.subject();
    Work work = Work.of(subject);
    Kernel kernel = subject.compile(work.graph());
    TensorArena arena = kernel.openArena();
    Work.Job job = work.job(kernel, arena);
    job.set(1);
    job.run().execute();
    for (int i = 0; i < 2; i++) {
      job.close();
    }
    for (int i = 0; i < 2; i++) {
      kernel.close();
    }
    closeAgain(arena);
    work.requireWorks(subject, "after everything was closed twice");
  }

  /** The JDK's arenas refuse a second close; ours may do either. */
  private static void closeAgain(TensorArena arena) {
    arena.close();
    try {
      arena.close();
    } catch (IllegalStateException e) {
      return;
    }
  }

  /** What a driver holds, by its own account, or else by the operating system's. */
  private record Held(long nativeBytes, long handles, long threads, long compiles) {
    static Held of(Subject subject) {
      Optional<TestHooks> hooks = subject.hooks();
      return hooks
          .map(h -> new Held(h.nativeBytes(), h.handles(), h.threads(), h.compiles()))
          .orElseGet(() -> new Held(0, OpenFiles.count(), Thread.getAllStackTraces().size(), 0));
    }

    void requireNoMoreThan(Held before, int times) {
      requireEqual("native bytes", nativeBytes, before.nativeBytes, times);
      requireEqual("handles", handles, before.handles, times);
      requireEqual("threads", threads, before.threads, times);
    }

    private static void requireEqual(String what, long now, long before, int times) {
      if (now > before) {
        throw new AssertionError(
            "after "
                + times
                + " openings and closings there are "
                + now
                + " "
                + what
                + ", before "
                + before);
      }
    }
  }

  private static void bindingsLeakNothing(Trial trial) {
    Subject subject = trial.subject();
    Work work = Work.of(subject);
    boolean full = trial.settings().isFull();
    int times = full ? FULL_OPENINGS : QUICK_OPENINGS;
    try (Kernel kernel = subject.compile(work.graph());
        TensorArena arena = kernel.openArena();
        Work.Job job = work.job(kernel, arena)) {
      job.set(1);
      bind(kernel, job, WARM_UP, QUICK_PATIENCE);
      Held before = Held.of(subject);
      int bound = bind(kernel, job, times, full ? FULL_PATIENCE : QUICK_PATIENCE);
      Held.of(subject).requireNoMoreThan(before, bound);
      job.require(1, "after invocations on the same tensors");
    }
  }

  /** {@return how often it was bound: as often as asked for, or as there was time for} */
  private static int bind(Kernel kernel, Work.Job job, int times, Duration time) {
    Patience patience = Patience.of(WARM_UP, time);
    int bound = 0;
    while (bound < times && patience.lasts(bound)) {
      try (var run = Work.bind(kernel, job.in(), job.out()).prepare()) {
        run.execute();
      }
      bound++;
    }
    return bound;
  }

  private static void kernelsLeakNothing(Trial trial) {
    Subject subject = trial.subject();
    if (subject.hooks().isEmpty()) {
      throw new NotClaimed("the driver has no test hooks that count what it holds");
    }
    Work work = Work.of(subject);
    for (int i = 0; i < 3; i++) {
      work.requireWorks(subject, "while warming up");
    }
    Held before = Held.of(subject);
    for (int i = 0; i < COMPILATIONS; i++) {
      work.requireWorks(subject, "compiled again");
    }
    Held.of(subject).requireNoMoreThan(before, COMPILATIONS);
  }
}
