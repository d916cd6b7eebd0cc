package dev.halyard.runtime.execute;

import dev.halyard.Completion;
import dev.halyard.spi.Stream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The end of a submission, which is either a ticket of a stream ("direct"), or run by a thread of
 * the runtime ("hosted") where several devices or copies on the host take part.
 *
 * <p>Whoever first sees the end of a direct submission settles it: returns the leases and makes the
 * invocation idle. That may be a waiter, the next use of the invocation, or the closing of an
 * arena.
 */
final class DefaultCompletion implements Completion {
  private static final int PENDING = 0;
  private static final int RUNNING = 1;

  /** While a stream is asked to take the run back: nobody may settle it in the meantime. */
  private static final int CANCELLING = 2;

  private static final int ENDING = 3;
  private static final int DONE = 4;
  private static final int FAILED = 5;
  private static final int CANCELLED = 6;
  private static final long NOT_SUBMITTED = -1;
  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(DefaultCompletion.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final DefaultInvocation invocation;
  private final @Nullable Stream stream;
  private @Nullable DefaultCompletion after;
  private @Nullable RuntimeException error;

  /** Until it is known nobody can settle the run, though closing arenas already see it. */
  private volatile long ticket = NOT_SUBMITTED;

  private boolean awaited;
  private volatile int state;

  DefaultCompletion(
      DefaultInvocation invocation, @Nullable Stream stream, @Nullable DefaultCompletion after) {
    this.invocation = invocation;
    this.stream = stream;
    this.after = after;
  }

  void ticket(long value) {
    ticket = value;
  }

  /** {@return which owners of memory in flight this run may share it with: those it comes after} */
  Predicate<Object> excused() {
    return owner -> owner instanceof DefaultInvocation other && follows(other);
  }

  /** An invocation that was submitted again since is no longer the run that this one waits for. */
  private boolean follows(DefaultInvocation other) {
    DefaultCompletion current = other.pending();
    for (DefaultCompletion before = after; before != null; before = before.after) {
      if (before.equals(current)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Makes another stream of the same driver wait for this.
   *
   * @return whether it will; false if this is not a pending submission to a stream of that driver
   */
  boolean holdBack(Stream waiting, OpenDevice device) {
    synchronized (this) {
      if (stream == null || state != PENDING || ticket < 0 || !invocation.runsOn(device)) {
        return false;
      }
      // From now on it cannot be taken back: what waits for it would run on nothing.
      awaited = true;
    }
    waiting.waitFor(stream, ticket);
    return true;
  }

  /** {@return whether nothing needs to be waited for any more} */
  boolean isOver() {
    return state == DONE;
  }

  @Override
  public boolean isDone() {
    settle();
    return state >= DONE;
  }

  /** Ends a direct submission whose ticket has completed or failed. */
  void settle() {
    Stream on = stream;
    if (on == null || state != PENDING || ticket < 0) {
      return;
    }
    if (on.completed() >= ticket) {
      end(PENDING, DONE, null);
      return;
    }
    if (invocation.isLost()) {
      end(PENDING, FAILED, invocation.lossError());
      return;
    }
    boolean interrupted = Thread.interrupted();
    try {
      if (on.await(ticket, 0)) {
        end(PENDING, DONE, null);
      }
    } catch (InterruptedException e) {
      interrupted = true;
    } catch (RuntimeException | Error e) {
      end(PENDING, FAILED, e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void await() throws InterruptedException {
    while (!awaitEnd(Tickets.SLICE_NANOS)) {
      // Looks again at the device: a driver may hang rather than report a loss.
    }
  }

  @Override
  public boolean await(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      long left = deadline - System.nanoTime();
      if (awaitEnd(Math.clamp(left, 0, Tickets.SLICE_NANOS))) {
        return true;
      }
      if (left <= 0) {
        return false;
      }
    }
  }

  private boolean awaitEnd(long nanos) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException(
          "interrupted while waiting for a run of graph '"
              + invocation.graphName()
              + "', which goes on");
    }
    settle();
    if (state == PENDING && stream != null) {
      awaitTicket(stream, nanos);
    } else if (state < DONE) {
      awaitState(nanos);
    }
    if (stream == null && state == RUNNING && invocation.isLost()) {
      end(RUNNING, FAILED, invocation.lossError());
    }
    return ended();
  }

  private void awaitTicket(Stream on, long nanos) throws InterruptedException {
    try {
      if (on.await(ticket, nanos)) {
        end(PENDING, DONE, null);
      }
    } catch (RuntimeException | Error e) {
      end(PENDING, FAILED, e);
    }
    if (state == ENDING) {
      awaitState(nanos);
    }
  }

  private synchronized void awaitState(long nanos) throws InterruptedException {
    if (state < DONE && nanos > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, nanos);
    }
  }

  private boolean ended() {
    return switch (state) {
      case DONE -> true;
      case FAILED -> throw failure();
      case CANCELLED -> throw cancellation();
      default -> false;
    };
  }

  private RuntimeException failure() {
    RuntimeException thrown = error;
    return thrown == null ? new IllegalStateException("a failed run without a cause") : thrown;
  }

  private CancellationException cancellation() {
    return new CancellationException(
        "the run of graph '" + invocation.graphName() + "' was cancelled");
  }

  @Override
  public boolean cancel() {
    if (stream == null) {
      return end(PENDING, CANCELLED, null);
    }
    boolean taken = false;
    synchronized (this) {
      if (awaited || !invocation.isSingle() || !STATE.compareAndSet(this, PENDING, CANCELLING)) {
        return false;
      }
      try {
        taken = stream.cancel(ticket);
      } finally {
        if (!taken) {
          state = PENDING;
          notifyAll();
        }
      }
    }
    return taken && end(CANCELLING, CANCELLED, null);
  }

  @Override
  public boolean isCancelled() {
    return state == CANCELLED;
  }

  /** Runs a hosted submission; the body of a thread of the runtime. */
  void runHosted(Runnable work) {
    DefaultCompletion before = after;
    try {
      if (before != null) {
        before.await();
      }
    } catch (CancellationException e) {
      end(PENDING, CANCELLED, null);
      return;
    } catch (RuntimeException e) {
      end(PENDING, FAILED, e, true);
      return;
    } catch (InterruptedException e) {
      IllegalStateException shutDown =
          new IllegalStateException("the runtime was shut down before the run began", e);
      end(PENDING, FAILED, shutDown, true);
      return;
    }
    if (!STATE.compareAndSet(this, PENDING, RUNNING)) {
      return;
    }
    try {
      work.run();
      end(RUNNING, DONE, null);
    } catch (RuntimeException | Error e) {
      end(RUNNING, FAILED, e);
    }
  }

  private boolean end(int from, int to, @Nullable Throwable cause) {
    DefaultCompletion before = after;
    return end(from, to, cause, cause != null && before != null && before.hasFailed());
  }

  private boolean hasFailed() {
    settle();
    return state == FAILED;
  }

  /**
   * Ends the runs that this one came after, the oldest first: they have ended on their streams, but
   * what they wrote is in its place only when somebody has looked. Of one such run it allocates
   * nothing; of many it does not recurse.
   */
  private void settleThoseBefore() {
    DefaultCompletion before = after;
    if (before == null || before.isOver()) {
      return;
    }
    DefaultCompletion first = before.after;
    if (first != null && !first.isOver()) {
      Deque<DefaultCompletion> chain = new ArrayDeque<>();
      for (; first != null && !first.isOver(); first = first.after) {
        chain.push(first);
      }
      chain.forEach(DefaultCompletion::settle);
    }
    before.settle();
  }

  private boolean end(int from, int to, @Nullable Throwable cause, boolean inherited) {
    if (!STATE.compareAndSet(this, from, ENDING)) {
      return false;
    }
    try {
      if (cause == null) {
        try {
          if (to == DONE) {
            settleThoseBefore();
          }
        } finally {
          invocation.ended(to == DONE);
        }
      } else {
        error = invocation.ended(cause, inherited);
      }
    } finally {
      after = null;
      state = to;
      invocation.idle(this);
      synchronized (this) {
        notifyAll();
      }
    }
    return true;
  }
}
