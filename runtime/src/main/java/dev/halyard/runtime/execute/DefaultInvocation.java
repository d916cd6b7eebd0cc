package dev.halyard.runtime.execute;

import dev.halyard.ArenaBusyException;
import dev.halyard.Completion;
import dev.halyard.DeviceLostException;
import dev.halyard.Invocation;
import dev.halyard.internal.LeasedArena;
import dev.halyard.spi.Stream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The hot path: one lease per distinct arena, one compare-and-set, one volatile read of the
 * device's state, and the stream's own work. Nothing is allocated.
 */
final class DefaultInvocation implements Invocation, LeasedArena.Holder {
  private static final int IDLE = 0;
  private static final int RUNNING = 1;
  private static final int SUBMITTED = 2;
  private static final int CLOSED = 3;
  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(DefaultInvocation.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final DefaultKernel kernel;
  private final InvocationMemory memory;
  private final Variant[] variants;
  private final OpenDevice[] devices;
  private final Stream[] streams;
  private final MemoryUse use;
  private volatile int state;
  private volatile boolean freed;
  private volatile @Nullable DefaultCompletion pending;

  /**
   * Whether a stream has failed, and so takes no more work. Written by the run, read by the next.
   */
  private volatile boolean broken;

  private long executions;
  private long failures;

  /** Takes over the memory, the variants and the streams, one per device of the memory. */
  DefaultInvocation(
      DefaultKernel kernel,
      InvocationMemory memory,
      List<Variant> variants,
      Stream[] streams,
      BoundMemory bound) {
    this.kernel = kernel;
    this.memory = memory;
    this.variants = variants.toArray(Variant[]::new);
    this.devices = memory.devices().toArray(OpenDevice[]::new);
    this.streams = streams;
    this.use = new MemoryUse(bound, this);
    use.register(this);
  }

  @Override
  public void execute() {
    execute(0);
  }

  @Override
  public void execute(int variant) {
    Variant chosen = variants[variant];
    begin(RUNNING);
    try {
      use.lease();
      prepareRun(chosen);
      run(chosen);
      copyOut(chosen);
    } finally {
      state = IDLE;
    }
  }

  /** Whatever is wrong before the device is asked is the caller's to mend. */
  private void prepareRun(Variant chosen) {
    boolean ready = false;
    try {
      if (use.conflicts()) {
        throw conflict();
      }
      requireAlive();
      chosen.copyIn();
      ready = true;
    } finally {
      if (!ready) {
        use.release();
      }
    }
  }

  private void run(Variant chosen) {
    try {
      chosen.run(streams);
    } catch (RuntimeException | Error e) {
      failed();
      releaseAfter(e, chosen);
      throw describe("execute", e, chosen);
    }
  }

  private void copyOut(Variant chosen) {
    try {
      chosen.copyOut();
      executions++;
    } finally {
      use.release();
    }
  }

  private void failed() {
    executions++;
    failures++;
    broken = true;
  }

  /**
   * Returns the leases, unless a device was lost: it may still write, until its driver is closed.
   */
  private void releaseAfter(Throwable failure, Variant during) {
    if (failure instanceof DeviceLostException) {
      OpenDevice failing = devices[during.stream()];
      failing.lost(String.valueOf(failure.getMessage()));
    }
    for (OpenDevice device : devices) {
      if (device.isLost()) {
        device.orphan(use);
        return;
      }
    }
    use.release();
  }

  private RuntimeException describe(String step, Throwable failure, Variant during) {
    if (failure instanceof Error error && !(failure instanceof LinkageError)) {
      throw error;
    }
    return devices[during.stream()].failure(step + " graph '" + graphName() + "'", failure);
  }

  private void begin(int next) {
    if (!STATE.compareAndSet(this, IDLE, next)) {
      settle();
      if (!STATE.compareAndSet(this, IDLE, next)) {
        throw refusal();
      }
    }
    if (broken) {
      reopenStreams();
    }
  }

  private IllegalStateException refusal() {
    String graph = "an invocation of graph '" + graphName() + "' ";
    return new IllegalStateException(
        switch (state) {
          case CLOSED -> graph + "is closed; prepare another";
          case SUBMITTED ->
              graph + "has a submission in flight; await it, or prepare one per submission";
          default -> graph + "is in use by another thread; prepare one per thread";
        });
  }

  /**
   * After an error that left the device alive: the work before it drains, and new streams follow.
   */
  private void reopenStreams() {
    boolean reopened = false;
    try {
      requireAlive();
      for (int i = 0; i < streams.length; i++) {
        Stream fresh = devices[i].driver().openStream();
        Stream old = streams[i];
        streams[i] = fresh;
        old.close();
      }
      broken = false;
      reopened = true;
    } finally {
      if (!reopened) {
        state = IDLE;
      }
    }
  }

  private IllegalStateException conflict() {
    return new IllegalStateException(
        "a run of graph '"
            + graphName()
            + "' would use tensors that a submission in flight writes, or write tensors that it"
            + " reads; await it, or chain by submit(after)");
  }

  private void requireAlive() {
    for (OpenDevice device : devices) {
      device.requireAlive();
    }
  }

  @Override
  public Completion submit() {
    return start(null);
  }

  @Override
  public Completion submit(Completion after) {
    if (!(after instanceof DefaultCompletion before)) {
      throw new IllegalArgumentException("submit(after): the completion is not of this runtime");
    }
    before.settle();
    return start(before);
  }

  private DefaultCompletion start(@Nullable DefaultCompletion after) {
    begin(SUBMITTED);
    DefaultCompletion started = null;
    try {
      use.lease();
      started = submitLeased(after);
      return started;
    } finally {
      if (started == null) {
        pending = null;
        state = IDLE;
      }
    }
  }

  private DefaultCompletion submitLeased(@Nullable DefaultCompletion after) {
    Variant variant = variants[0];
    boolean direct = variant.isDirect(streams);
    DefaultCompletion completion = new DefaultCompletion(this, direct ? streams[0] : null, after);
    boolean ready = false;
    try {
      requireAlive();
      if (!direct) {
        variant.requireShareable(graphName());
      }
      if (!use.begin(this, completion.excused())) {
        throw conflict();
      }
      ready = true;
    } finally {
      if (!ready) {
        use.release();
      }
    }
    return direct && comesAfter(after, variant)
        ? submitDirect(variant, completion)
        : submitHosted(variant, direct ? new DefaultCompletion(this, null, after) : completion);
  }

  /**
   * {@return whether the stream itself sees to it that a run comes after another} It does not where
   * this run copies memory that the other has in use: a stream may read what it is to copy when it
   * is asked, and put what it has copied in its place when somebody looks.
   */
  private boolean comesAfter(@Nullable DefaultCompletion after, Variant variant) {
    if (after == null || after.isOver()) {
      return true;
    }
    boolean sure = false;
    try {
      boolean conflicting = variant.copies() && use.conflicts();
      boolean comes = !conflicting && after.holdBack(streams[0], devices[0]);
      sure = true;
      return comes;
    } finally {
      if (!sure) {
        use.end(this);
        use.release();
      }
    }
  }

  private DefaultCompletion submitDirect(Variant variant, DefaultCompletion completion) {
    pending = completion;
    try {
      completion.ticket(variant.submit(streams[0]));
      return completion;
    } catch (RuntimeException | Error e) {
      broken = true;
      // What was submitted before the failing step drains first; of a lost device nothing does.
      streams[0].close();
      streams[0] = new ClosedStream();
      use.end(this);
      releaseAfter(e, variant);
      throw describe("submit", e, variant);
    }
  }

  private DefaultCompletion submitHosted(Variant variant, DefaultCompletion completion) {
    pending = completion;
    boolean handed = false;
    try {
      kernel.executor().execute(() -> completion.runHosted(() -> host(variant)));
      handed = true;
      return completion;
    } finally {
      if (!handed) {
        use.end(this);
        use.release();
      }
    }
  }

  private void host(Variant variant) {
    variant.copyIn();
    variant.run(streams);
    variant.copyOut();
  }

  /** Called once by the completion when the run has ended without an error. */
  void ended(boolean ran) {
    executions += ran ? 1 : 0;
    use.end(this);
    use.release();
  }

  /**
   * Called once by the completion when the run has failed.
   *
   * @param cause what went wrong
   * @param inherited whether it went wrong in a run that this one waited for, and not here
   * @return what to tell the waiter
   */
  RuntimeException ended(Throwable cause, boolean inherited) {
    use.end(this);
    broken = true;
    if (inherited) {
      releaseAfter(isLost() ? lossError() : new IllegalStateException(cause), variants[0]);
      return cause instanceof RuntimeException e ? e : new IllegalStateException(cause);
    }
    failed();
    releaseAfter(cause, variants[0]);
    return devices[variants[0].stream()].failure("run graph '" + graphName() + "'", cause);
  }

  /** Called last by the completion: from now on the invocation may run again. */
  void idle(DefaultCompletion completion) {
    if (completion.equals(pending)) {
      pending = null;
    }
    STATE.compareAndSet(this, SUBMITTED, IDLE);
  }

  @Override
  public void settle() {
    DefaultCompletion completion = pending;
    if (completion != null) {
      completion.settle();
    }
  }

  /** {@return the submission in flight, if there is one} */
  @Nullable DefaultCompletion pending() {
    return pending;
  }

  boolean isLost() {
    for (OpenDevice device : devices) {
      if (device.isLost()) {
        return true;
      }
    }
    return false;
  }

  DeviceLostException lossError() {
    for (OpenDevice device : devices) {
      if (device.isLost()) {
        return device.lostException();
      }
    }
    throw new IllegalStateException("no device is lost");
  }

  boolean runsOn(OpenDevice device) {
    return devices.length == 1 && devices[0].equals(device);
  }

  boolean isSingle() {
    return variants[0].isSingle();
  }

  String graphName() {
    return kernel.graph().name();
  }

  long executions() {
    return executions;
  }

  long failures() {
    return failures;
  }

  @Override
  public void close() {
    if (!Waiting.until(kernel.drainTimeout(), this::tryClose)) {
      throw new ArenaBusyException(
          "closing an invocation of graph '"
              + graphName()
              + "': a run is still in flight after "
              + kernel.drainTimeout()
              + "; what it holds stays allocated, and close() may be called again");
    }
  }

  /** {@return whether everything is freed, by this caller or another} */
  private boolean tryClose() {
    if (STATE.compareAndSet(this, IDLE, CLOSED)) {
      try {
        free();
      } finally {
        freed = true;
      }
    }
    settle();
    return freed;
  }

  private void free() {
    use.unregister(this);
    for (Stream stream : streams) {
      stream.close();
    }
    for (Variant variant : variants) {
      variant.close();
    }
    // A lost device may still write: its memory is given back to the plugin, the host's is leaked.
    memory.close(isLost());
    kernel.closed(this);
  }
}
