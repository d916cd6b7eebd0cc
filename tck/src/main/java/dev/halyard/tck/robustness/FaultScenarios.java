package dev.halyard.tck.robustness;

import dev.halyard.Completion;
import dev.halyard.DType;
import dev.halyard.DeviceLostException;
import dev.halyard.InvalidGraphException;
import dev.halyard.InvocationBuilder;
import dev.halyard.Kernel;
import dev.halyard.OutOfDeviceMemoryException;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.spi.Profile;
import dev.halyard.spi.TestHooks;
import dev.halyard.tck.check.Subject;
import dev.halyard.tck.check.Trial;
import dev.halyard.tck.contract.Exhaustion;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Wrong arguments, want of memory, and loss. */
final class FaultScenarios {
  // More than any machine has, and within 63 bits.
  private static final long TOO_MUCH = 1L << 50;
  private static final Duration LONG = Duration.ofSeconds(30);

  private FaultScenarios() {}

  static void addTo(List<Scenario> scenarios) {
    scenarios.add(Scenario.of("R-301", "too large", FaultScenarios::survivesWantOfMemory));
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
    Exhaustion.survive(trial);
    work.requireWorks(subject, "after allocations that were too large");
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
      Arguments arguments = new Arguments(kernel, work.job(kernel, arena));
      arguments.refuseTensors(arena);
      arguments.refuseNames();
      arguments.refuseSegments(arena);
      try (Work.Job job = arguments.job) {
        job.set(1);
        job.run().execute();
        job.require(1, "after calls that were refused");
      }
    }
  }

  /** The right arguments of a kernel, and wrong ones in the place of one of them. */
  private record Arguments(Kernel kernel, Work.Job job) {
    private String input() {
      return job.in().keySet().iterator().next();
    }

    private String output() {
      return job.out().keySet().iterator().next();
    }

    private Tensor x() {
      return job.in().values().iterator().next();
    }

    private Tensor y() {
      return job.out().values().iterator().next();
    }

    private InvocationBuilder right() {
      return Work.bind(kernel, job.in(), job.out());
    }

    void refuseTensors(TensorArena arena) {
      DType other = x().dtype() == DType.I32 ? DType.F32 : DType.I32;
      Tensor dtype = arena.allocate(other, x().shape());
      requireInvalid("a wrong dtype", () -> right().input(input(), dtype).prepare());
      long[] longer = Arrays.copyOf(x().shape(), x().shape().length + 1);
      longer[longer.length - 1] = 2;
      Tensor shape = arena.allocate(x().dtype(), longer);
      requireInvalid("a wrong shape", () -> right().input(input(), shape).prepare());
      if (x().dtype() == y().dtype() && Arrays.equals(x().shape(), y().shape())) {
        requireInvalid(
            "one tensor as input and output", () -> right().output(output(), x()).prepare());
      }
    }

    void refuseNames() {
      requireInvalid("an unknown input", () -> kernel.bind().input("no such", x()));
      requireInvalid("an unknown output", () -> kernel.bind().output("no such", y()));
      requireInvalid("an unbound output", () -> Work.bind(kernel, job.in(), Map.of()).prepare());
      requireInvalid("an unbound input", () -> Work.bind(kernel, Map.of(), job.out()).prepare());
    }

    void refuseSegments(TensorArena arena) {
      for (long more : new long[] {-1, 1, 64}) {
        MemorySegment in = arena.allocate(x().byteSize() + more, 64);
        MemorySegment out = arena.allocate(y().byteSize() + more, 64);
        requireInvalid(
            "an input segment of " + more + " bytes more",
            () -> right().input(input(), in).prepare());
        requireInvalid(
            "an output segment of " + more + " bytes more",
            () -> right().output(output(), out).prepare());
      }
    }
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
        jobs.getLast().set(1);
      }
      jobs.getFirst().run().submit().await();
      jobs.forEach(Work.Job::spoil);
      hooks.loseAt(3);
      List<Work.Job> lost = lost(jobs);
      // The third is lost for certain, or one before it, where a run is several submissions.
      if (lost.isEmpty() || jobs.indexOf(lost.getFirst()) > 2) {
        throw new AssertionError("the third of 8 submissions was lost, and its run counts as done");
      }
      for (Work.Job job : jobs) {
        if (!lost.contains(job)) {
          job.require(1, "a run that counts as done before the loss");
        }
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

  /** {@return those that fail when all are submitted, in order} */
  private static List<Work.Job> lost(List<Work.Job> jobs) throws InterruptedException {
    IdentityHashMap<Work.Job, Completion> pending = new IdentityHashMap<>();
    List<Work.Job> lost = new ArrayList<>();
    for (Work.Job job : jobs) {
      try {
        pending.put(job, job.run().submit());
      } catch (DeviceLostException e) {
        lost.add(job);
      }
    }
    for (Work.Job job : jobs) {
      Completion completion = pending.get(job);
      if (completion != null && isLost(completion)) {
        lost.add(job);
      }
    }
    lost.sort(Comparator.comparingInt(jobs::indexOf));
    return lost;
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
        job.set(1);
        job.run().execute();
        hooks.loseAt(1);
        requireLost("execute() at the loss", job.run()::execute);
      }
      closeAfterLoss(subject, arena);
      work.requireWorks(subject, "after the device was reopened");
    }
  }
}
