package dev.halyard.runtime.execute;

import dev.halyard.ArenaBusyException;
import dev.halyard.Completion;
import dev.halyard.DeviceLostException;
import dev.halyard.Invocation;
import dev.halyard.internal.InFlight;
import dev.halyard.internal.LeasedArena;
import dev.halyard.spi.Stream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.function.Predicate;
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
  private final LeasedArena[] arenas;
  private final InFlight[] inFlight;
  private final List<InFlight.Use> uses;
  private volatile int state;
  private volatile @Nullable DefaultCompletion pending;
  private boolean broken;
  private long executions;
  private long failures;

  DefaultInvocation(
      DefaultKernel kernel, InvocationMemory memory, List<Variant> variants, BoundMemory bound) {
    this.kernel = kernel;
    this.memory = memory;
    this.variants = variants.toArray(Variant[]::new);
    this.devices = memory.devices().toArray(OpenDevice[]::new);
    this.arenas = bound.arenas().toArray(LeasedArena[]::new);
    this.inFlight = bound.inFlight().toArray(InFlight[]::new);
    this.uses = bound.uses(this);
    this.streams = new Stream[devices.length];
    for (int i = 0; i < streams.length; i++) {
      streams[i] = devices[i].driver().openStream();
    }
    for (LeasedArena arena : arenas) {
      arena.register(this);
    }
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
      lease();
      try {
        requireNoConflict();
        requireAlive();
      } catch (RuntimeException e) {
        unlease();
        throw e;
      }
      run(chosen);
      unlease();
    } finally {
      state = IDLE;
    }
  }

  /** Runs; when the device is lost, the leases stay, since it may still write. */
  private void run(Variant chosen) {
    try {
      chosen.execute(streams);
      executions++;
    } catch (DeviceLostException e) {
      failed();
      lost(e);
      throw e;
    } catch (RuntimeException e) {
      failed();
      unlease();
      throw devices[0].failure("execute graph '" + graphName() + "'", e);
    }
  }

  private void failed() {
    executions++;
    failures++;
    broken = true;
  }

  private void lost(DeviceLostException e) {
    for (OpenDevice device : devices) {
      if (devices.length == 1) {
        device.lost(String.valueOf(e.getMessage()));
      }
      if (device.isLost()) {
        for (LeasedArena arena : arenas) {
          device.orphan(arena);
        }
        return;
      }
    }
    unlease();
  }

  private void begin(int next) {
    if (!STATE.compareAndSet(this, IDLE, next)) {
      settle();
      if (!STATE.compareAndSet(this, IDLE, next)) {
        throw refusal();
      }
    }
    if (broken) {
      reopenStreams(next);
    }
  }

  private IllegalStateException refusal() {
    String graph = "an invocation of graph '" + graphName() + "' ";
    return new IllegalStateException(
        switch (state) {
          case CLOSED -> graph + "is closed; prepare another";
          case SUBMITTED ->
              graph
                  + "has a submission in flight; await it, or prepare one invocation per"
                  + " submission";
          default -> graph + "is in use by another thread; prepare one invocation per thread";
        });
  }

  /**
   * A stream that failed takes no more work: after an error that left the device alive, new ones.
   */
  private void reopenStreams(int held) {
    try {
      requireAlive();
      for (int i = 0; i < streams.length; i++) {
        streams[i].close();
        streams[i] = devices[i].driver().openStream();
      }
      broken = false;
    } catch (RuntimeException e) {
      STATE.compareAndSet(this, held, IDLE);
      throw e;
    }
  }

  private void lease() {
    int taken = 0;
    try {
      for (; taken < arenas.length; taken++) {
        arenas[taken].acquire();
      }
    } finally {
      if (taken < arenas.length) {
        while (taken-- > 0) {
          arenas[taken].release();
        }
      }
    }
  }

  private void unlease() {
    for (LeasedArena arena : arenas) {
      arena.release();
    }
  }

  private void requireNoConflict() {
    for (InFlight use : inFlight) {
      if (!use.isEmpty()
          && use.conflict(uses, DefaultInvocation::isExcused) instanceof DefaultInvocation other) {
        other.settle();
        if (use.conflict(uses, DefaultInvocation::isExcused) != null) {
          throw conflict();
        }
      }
    }
  }

  private static boolean isExcused(Object owner) {
    return false;
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
    boolean started = false;
    try {
      lease();
      try {
        DefaultCompletion completion = submit(after);
        started = true;
        return completion;
      } finally {
        if (!started) {
          endUses();
          unlease();
        }
      }
    } finally {
      if (!started) {
        pending = null;
        state = IDLE;
      }
    }
  }

  private DefaultCompletion submit(@Nullable DefaultCompletion after) {
    requireAlive();
    Variant variant = variants[0];
    boolean direct = variant.isDirect(streams);
    DefaultCompletion completion = new DefaultCompletion(this, direct ? streams[0] : null, after);
    beginUses(completion);
    if (direct
        && (after == null || after.hasEndedWell() || after.holdBack(streams[0], devices[0]))) {
      pending = completion;
      try {
        completion.ticket(variant.submit(streams[0]));
      } catch (RuntimeException e) {
        broken = true;
        throw devices[0].failure("submit graph '" + graphName() + "'", e);
      }
      return completion;
    }
    DefaultCompletion hosted = direct ? new DefaultCompletion(this, null, after) : completion;
    pending = hosted;
    kernel.executor().execute(() -> hosted.runHosted(() -> variant.execute(streams)));
    return hosted;
  }

  private void beginUses(DefaultCompletion completion) {
    Predicate<Object> excused =
        owner -> owner instanceof DefaultInvocation other && completion.follows(other);
    for (InFlight use : inFlight) {
      Object owner = use.begin(uses, excused);
      if (owner instanceof DefaultInvocation other) {
        other.settle();
        owner = use.begin(uses, excused);
      }
      if (owner != null) {
        throw conflict();
      }
    }
  }

  private void endUses() {
    for (InFlight use : inFlight) {
      use.end(this);
    }
  }

  /** Called once by the completion when the run has ended without an error. */
  void ended(boolean ran) {
    executions += ran ? 1 : 0;
    endUses();
    unlease();
  }

  /** Called once by the completion when the run has failed; {@return what to tell the waiter} */
  RuntimeException ended(RuntimeException cause) {
    failed();
    endUses();
    if (cause instanceof DeviceLostException loss) {
      lost(loss);
      return cause;
    }
    unlease();
    return devices[0].failure("run graph '" + graphName() + "'", cause);
  }

  /** Called last by the completion: from now on the invocation may run again. */
  void idle(DefaultCompletion completion) {
    if (pending == completion) {
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
    return devices.length == 1 && devices[0] == device;
  }

  boolean isSingle(DefaultCompletion completion) {
    return pending == completion && variants[0].isSingle();
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

  private boolean tryClose() {
    if (STATE.compareAndSet(this, IDLE, CLOSED)) {
      free();
      return true;
    }
    settle();
    return state == CLOSED;
  }

  private void free() {
    for (LeasedArena arena : arenas) {
      arena.unregister(this);
    }
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
