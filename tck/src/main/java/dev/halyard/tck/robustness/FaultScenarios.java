package dev.halyard.tck.robustness;

import dev.halyard.Completion;
import dev.halyard.DType;
import dev.halyard.DeviceLostException;
import dev.halyard.InvalidGraphException;
import dev.halyard.Kernel;
import dev.halyard.OutOfDeviceMemoryException;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.spi.Profile;
import dev.halyard.spi.TestHooks;
import dev.halyard.tck.check.Subject;
import dev.halyard.tck.check.Trial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Wrong arguments, want of memory, and loss. */
final class FaultScenarios {
  // More than any machine has, and within 63 bits.
  private static final long TOO_MUCH = 1L << 50;
  private static final Duration LONG = Duration.ofSeconds(30);

  private FaultScenarios() {}

  static void addTo(List<Scenario> scenarios) {
    scenarios.add(Scenario.of("R-301", "a petabyte", FaultScenarios::survivesWantOfMemory));
    scenarios.add(Scenario.of("R-302", "arguments", FaultScenarios::refusesWrongArguments));
    scenarios.add(Scenario.of("R-401", "pending runs", FaultScenarios::lossFailsEverything));
    scenarios.add(Scenario.of("R-402", "reopen", FaultScenarios::reopens));
  }

  private static void survivesWantOfMemory(Trial trial) {
    Subject subject = trial.subject();
    Work work = Work.of(subject);
    try (Kernel kernel = subject.compile(work.graph());
        TensorArena arena = kernel.openArena()) {
      for (int i = 0; i < 3; i++) {
        try {
          arena.allocate(TOO_MUCH, 64);
          throw new AssertionError("an allocation of a petabyte succeeds");
        } catch (OutOfDeviceMemoryException e) {
          requireMessage(e);
        }
      }
    }
    work.requireWorks(subject, "after an allocation that was too large");
  }

  private static void requireMessage(RuntimeException e) {
    if (e.getMessage() == null || e.getMessage().isBlank()) {
      throw new AssertionError(e.getClass().getSimpleName() + " has no message", e);
    }
  }

  private static void refusesWrongArguments(Trial trial) {
    Subject subject = trial.subject();
    Work work = Work.of(subject);
    try (Kernel kernel = subject.compile(work.graph());
        TensorArena arena = kernel.openArena()) {
      Tensor y = kernel.allocateOutput(arena, "y");
      Tensor x = kernel.allocateInput(arena, "x");
      requireInvalid(
          "a wrong dtype", () -> bindAll(kernel, arena.allocate(DType.I32, x.shape()), y));
      requireInvalid("a wrong shape", () -> bindAll(kernel, arena.allocate(DType.F32, 3), y));
      requireInvalid("an unknown input", () -> kernel.bind().input("no such", x));
      requireInvalid("an unknown output", () -> kernel.bind().output("no such", y));
      requireInvalid("an unbound output", () -> kernel.bind().input("x", x).prepare());
      requireInvalid("an unbound input", () -> kernel.bind().output("y", y).prepare());
      requireInvalid(
          "one tensor as input and output",
          () -> kernel.bind().input("x", x).output("y", x).prepare());
      try (Work.Job job = work.job(kernel, arena)) {
        job.set(0.02);
        job.run().execute();
        job.require(0.02, "after seven calls that were refused");
      }
    }
  }

  private static void bindAll(Kernel kernel, Tensor x, Tensor y) {
    kernel.bind().input("x", x).output("y", y).prepare().close();
  }

  private static void requireInvalid(String what, Runnable call) {
    try {
      call.run();
    } catch (InvalidGraphException | IllegalArgumentException | IllegalStateException e) {
      requireMessage(e);
      return;
    }
    throw new AssertionError(what + " is not refused");
  }

  private static TestHooks hooks(Subject subject) {
    subject.require(Profile.LOSS_INJECTION);
    return subject
        .hooks()
        .orElseThrow(() -> new AssertionError("LOSS_INJECTION is declared without test hooks"));
  }

  private static void lossFailsEverything(Trial trial) throws InterruptedException {
    Subject subject = trial.subject();
    TestHooks hooks = hooks(subject);
    Work work = Work.of(subject);
    TensorArena arena = subject.device().openArena();
    try (Kernel kernel = subject.compile(work.graph())) {
      List<Work.Job> jobs = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        jobs.add(work.job(kernel, arena));
        jobs.getLast().set(0.02);
      }
      jobs.getFirst().run().submit().await();
      hooks.loseAt(3);
      int lost = 0;
      List<Completion> pending = new ArrayList<>();
      for (Work.Job job : jobs) {
        try {
          pending.add(job.run().submit());
        } catch (DeviceLostException e) {
          lost++;
        }
      }
      for (Completion completion : pending) {
        lost += isLost(completion) ? 1 : 0;
      }
      // The third submission is lost for certain; those before it may have been done.
      if (lost < jobs.size() - 2) {
        throw new AssertionError(
            "the third of 8 submissions was lost, and only " + lost + " of them failed");
      }
      requireLost("execute()", jobs.getFirst().run()::execute);
      requireLost("submit()", jobs.getFirst().run()::submit);
      requireLost("compile()", () -> subject.device().compile(work.graph()));
      if (!subject.device().isLost()) {
        throw new AssertionError("the device was lost, and isLost() says no");
      }
      jobs.forEach(Work.Job::close);
    }
    closeAfterLoss(subject, arena);
  }

  /** What a lost device may still write stays allocated until its driver is closed. */
  private static void closeAfterLoss(Subject subject, TensorArena arena) {
    subject.halyard().reopen(subject.deviceId());
    arena.close();
  }

  private static boolean isLost(Completion completion) throws InterruptedException {
    try {
      if (!completion.await(LONG)) {
        throw new AssertionError("a run that was pending at the loss still waits after 30 s");
      }
      return false;
    } catch (DeviceLostException e) {
      return true;
    }
  }

  private static void requireLost(String what, Runnable call) {
    try {
      call.run();
    } catch (DeviceLostException e) {
      return;
    }
    throw new AssertionError(what + " on a lost device throws no DeviceLostException");
  }

  private static void reopens(Trial trial) {
    Subject subject = trial.subject();
    for (int round = 0; round < 3; round++) {
      TestHooks hooks = hooks(subject);
      Work work = Work.of(subject);
      TensorArena arena = subject.device().openArena();
      try (Kernel kernel = subject.compile(work.graph());
          Work.Job job = work.job(kernel, arena)) {
        job.set(0.02);
        job.run().execute();
        hooks.loseAt(1);
        requireLost("execute() at the loss", job.run()::execute);
      }
      closeAfterLoss(subject, arena);
      work.requireWorks(subject, "after the device was reopened");
    }
  }
}
