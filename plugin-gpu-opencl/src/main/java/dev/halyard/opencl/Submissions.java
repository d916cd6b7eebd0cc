package dev.halyard.opencl;

import static org.jocl.CL.CL_PROFILING_COMMAND_END;
import static org.jocl.CL.CL_PROFILING_COMMAND_START;

import dev.halyard.DeviceLostException;
import dev.halyard.OutOfDeviceMemoryException;
import dev.halyard.PluginException;
import dev.halyard.spi.TimingSink;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What was submitted to a queue. A thread that starts with the first submission and ends at close
 * waits for the event of each in turn: only a thread in the driver learns at once that an event is
 * over, and no caller can be interrupted there. What it and callers share is guarded by this
 * object's monitor, except that {@code completed} is read without it; no call of the driver is made
 * under the monitor that may take long.
 */
final class Submissions {
  private static final int SPINS = 2000;

  /** For memory that is bound to a caller's thread, and lent to the stream. */
  private static final MemorySegment EVERYTHING = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  /** How long the driver of a device that is truly gone may take to give up what it runs. */
  private static final long LOSS_MILLIS = 2000;

  /** How often a close looks again where nobody may wake it. */
  private static final long LOOK_MILLIS = 20;

  private final OpenClDriver driver;
  private final MemorySegment waited;
  private final MemorySegment answer;
  // Tests put events there that no driver has made.
  final TicketQueue pending = new TicketQueue();
  private long submitted;
  private volatile long completed;
  private volatile @Nullable RuntimeException failure;
  private volatile boolean closed;
  private boolean started;
  // Whether the waiting thread may still call the driver.
  private volatile boolean watching;
  // Of copies that were under way when one failed: the device may still use it.
  private final List<ClBlock> abandoned = new ArrayList<>();
  private long timedTicket;
  private long timedNanos;

  /**
   * Nothing is submitted yet.
   *
   * @param arena lives until nothing waits any more
   */
  Submissions(OpenClDriver driver, Arena arena) {
    this.driver = driver;
    waited = arena.allocate(ValueLayout.JAVA_LONG);
    answer = arena.allocate(ValueLayout.JAVA_LONG);
  }

  /**
   * {@return the ticket of a submission}
   *
   * @param firstEvent of its first command; 0 if it has but one
   * @param event of its last command, released when it has ended; 0 if nothing was enqueued for it
   */
  synchronized long add(long firstEvent, long event) {
    long ticket = ++submitted;
    TicketQueue.Entry entry = pending.add(ticket);
    entry.firstEvent = firstEvent;
    entry.event = event;
    notifyAll();
    return ticket;
  }

  /**
   * {@return the ticket of a copy}
   *
   * @param event of its command
   * @param staged pinned memory that it goes through, if it does
   * @param target where it goes from there, if it comes from the device
   */
  synchronized long addCopy(long event, @Nullable ClBlock staged, @Nullable MemorySegment target) {
    long ticket = add(0, event);
    TicketQueue.Entry entry = pending.newest();
    entry.staged = staged;
    entry.target = staged == null ? null : target;
    return ticket;
  }

  /** {@return the ticket of a submission that does not reach the device, which is to be lost} */
  long addUnsent() {
    return add(0, 0);
  }

  /**
   * Holds later submissions back until those of another queue have come to a ticket.
   *
   * @param barrier the event of the command that does so on the device; 0 if none was needed
   */
  synchronized void addWait(Submissions other, long ticket, long barrier) {
    TicketQueue.Entry entry = pending.add(submitted);
    entry.other = other;
    entry.otherTicket = ticket;
    entry.event = barrier;
    notifyAll();
  }

  /** Loses the device once all before has ended. */
  synchronized void addLoss() {
    pending.add(submitted).fatal = true;
    notifyAll();
  }

  /**
   * {@return what the driver says} Puts the event of a ticket aside, for the caller to release; 0
   * if it is over or has none.
   */
  synchronized int retainEvent(long ticket, MemorySegment aside) {
    long event = pending.eventOf(ticket);
    int code = event == 0 ? ClError.SUCCESS : ClCalls.retainEvent(event);
    aside.set(ValueLayout.JAVA_LONG, 0, code == ClError.SUCCESS ? event : 0);
    return code;
  }

  long completed() {
    return completed;
  }

  /**
   * Comes before whatever is enqueued for a submission: where no thread can be started, nothing
   * runs that nobody waits for.
   */
  synchronized void prepare() {
    requireUsable();
    if (!started) {
      Thread.ofPlatform().daemon().name("halyard-opencl-stream").start(this::watch);
      started = true;
      watching = true;
      driver.counters().threads.increment();
    }
  }

  void requireUsable() {
    driver.requireAlive();
    RuntimeException thrown = failure;
    if (thrown != null) {
      throw again(thrown);
    }
  }

  /** A new exception per throw, so that each shows who asked. */
  private static RuntimeException again(RuntimeException thrown) {
    if (thrown instanceof DeviceLostException) {
      return new DeviceLostException(String.valueOf(thrown.getMessage()), thrown);
    }
    String message = "a submission to this OpenCL stream failed: " + thrown.getMessage();
    return thrown instanceof OutOfDeviceMemoryException
        ? new OutOfDeviceMemoryException(message, thrown)
        : new PluginException(message, thrown);
  }

  /** Waits until all has ended, well or not; an interrupt is kept for later. */
  void drain() {
    if (pending.isEmpty() || failure != null) {
      return;
    }
    boolean interrupted = false;
    synchronized (this) {
      while (!pending.isEmpty() && failure == null && !driver.isLost()) {
        try {
          wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** {@return whether a ticket has completed within a time} */
  boolean await(long ticket, long nanos) throws InterruptedException {
    for (int i = 0; i < SPINS && completed < ticket && failure == null; i++) {
      Thread.onSpinWait();
    }
    if (completed >= ticket) {
      return true;
    }
    long until = System.nanoTime() + Math.clamp(nanos, 0, Long.MAX_VALUE / 4);
    synchronized (this) {
      while (completed < ticket) {
        requireUsable();
        long left = until - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        wait(left / 1_000_000, (int) (left % 1_000_000));
      }
    }
    return true;
  }

  private void awaitUninterruptibly(long ticket) {
    while (true) {
      try {
        if (await(ticket, Long.MAX_VALUE)) {
          return;
        }
      } catch (InterruptedException stray) {
        // As in next().
      }
    }
  }

  /** Reports the time on the device of the last submission that has ended. */
  void timing(long ticket, TimingSink sink) {
    long nanos;
    synchronized (this) {
      nanos = ticket == timedTicket ? timedNanos : 0;
    }
    if (nanos > 0) {
      sink.measured("device", nanos);
    }
  }

  /** Waits for one submission after the other, until this is closed and all is done. */
  private void watch() {
    try {
      TicketQueue.Entry entry = next();
      while (entry != null) {
        awaitOne(entry);
        finished(entry);
        entry = next();
      }
    } catch (RuntimeException | Error thrown) {
      fail(thrown);
    } finally {
      driver.counters().threads.decrement();
      watching = false;
      wakeAll();
    }
  }

  /** {@return the oldest entry, which stays in the queue; null when this is closed} */
  private TicketQueue.@Nullable Entry next() {
    for (int i = 0; i < SPINS && pending.isEmpty(); i++) {
      Thread.onSpinWait();
    }
    synchronized (this) {
      while (pending.isEmpty()) {
        if (closed) {
          return null;
        }
        try {
          wait();
        } catch (InterruptedException stray) {
          // Nobody else has this thread's handle; it goes on waiting.
        }
      }
      return pending.oldest();
    }
  }

  private void awaitOne(TicketQueue.Entry entry) {
    if (entry.fatal) {
      driver.loseOnPurpose();
    }
    driver.requireAlive();
    Submissions other = entry.other;
    if (other != null) {
      other.awaitUninterruptibly(entry.otherTicket);
    }
    if (entry.event == 0) {
      return;
    }
    waited.set(ValueLayout.JAVA_LONG, 0, entry.event);
    int code = ClCalls.waitForEvents(1, waited.address());
    int status = ClEvent.status(entry.event, answer);
    if (status < 0 || code != ClError.SUCCESS) {
      throw driver.failed(status < 0 ? status : code, "a submission");
    }
  }

  private void finished(TicketQueue.Entry entry) {
    long nanos = nanos(entry);
    unstage(entry);
    synchronized (this) {
      // What ends after the device was lost has not completed.
      driver.requireAlive();
      if (entry.other == null) {
        timedTicket = entry.ticket;
        timedNanos = nanos;
        completed = entry.ticket;
      }
      release(entry);
      pending.removeOldest();
      notifyAll();
    }
  }

  /** Ends the part of a copy that is the host's. */
  private void unstage(TicketQueue.Entry entry) {
    ClBlock staged = entry.staged;
    if (staged == null) {
      return;
    }
    MemorySegment target = entry.target;
    if (target != null) {
      // After a loss, memory of the caller's may be another's by now.
      driver.requireAlive();
      MemorySegment.copy(staged.hostMemory(), 0, EVERYTHING, target.address(), target.byteSize());
    }
    entry.staged = null;
    driver.context().giveStaging(staged);
  }

  /** {@return from the start of the first command to the end of the last; 0 if not known} */
  private long nanos(TicketQueue.Entry entry) {
    if (entry.event == 0 || entry.other != null) {
      return 0;
    }
    long first = entry.firstEvent == 0 ? entry.event : entry.firstEvent;
    long begin = ClEvent.moment(first, CL_PROFILING_COMMAND_START, answer);
    long end = ClEvent.moment(entry.event, CL_PROFILING_COMMAND_END, answer);
    return begin == 0 || end == 0 ? 0 : end - begin;
  }

  private static void release(TicketQueue.Entry entry) {
    if (entry.firstEvent != 0) {
      ClCalls.releaseEvent(entry.firstEvent);
      entry.firstEvent = 0;
    }
    if (entry.event != 0) {
      ClCalls.releaseEvent(entry.event);
      entry.event = 0;
    }
  }

  private void fail(Throwable thrown) {
    synchronized (this) {
      failure =
          thrown instanceof RuntimeException unchecked
              ? unchecked
              : new PluginException("a stream of the OpenCL device failed: " + thrown, thrown);
      releaseAll();
      notifyAll();
    }
  }

  /** Gives back the pinned memory of what failed, once nothing runs on the queue any more. */
  void giveAbandoned() {
    List<ClBlock> blocks;
    synchronized (this) {
      blocks = List.copyOf(abandoned);
      abandoned.clear();
    }
    blocks.forEach(driver.context()::giveStaging);
  }

  /** Gives back the events of what has not ended. */
  synchronized void releaseAll() {
    while (!pending.isEmpty()) {
      TicketQueue.Entry entry = pending.oldest();
      if (entry.staged != null) {
        abandoned.add(entry.staged);
      }
      release(entry);
      pending.removeOldest();
    }
  }

  /** Makes whoever waits look again: at a loss of the device, or at a close. */
  synchronized void wakeAll() {
    notifyAll();
  }

  boolean isClosed() {
    return closed;
  }

  /** Ends the thread once all has ended. {@return whether this was open} */
  synchronized boolean close() {
    boolean first = !closed;
    closed = true;
    notifyAll();
    return first;
  }

  /**
   * Waits, after {@link #close}, for callers and then for the thread, which a call under way may
   * still start; on a device that is gone they may never end, and it gives up after a while. An
   * interrupt is kept for later. {@return whether both ended}
   *
   * @param noCallers whether no call is under way, a change of which is followed by {@link
   *     #wakeAll}
   */
  boolean awaitEnd(BooleanSupplier noCallers) {
    BooleanSupplier done = () -> noCallers.getAsBoolean() && !watching;
    boolean interrupted = false;
    long goneSince = 0;
    try {
      while (!done.getAsBoolean()) {
        if (driver.isGone()) {
          goneSince = goneSince == 0 ? System.nanoTime() : goneSince;
          if (System.nanoTime() - goneSince > TimeUnit.MILLISECONDS.toNanos(LOSS_MILLIS)) {
            return false;
          }
        }
        try {
          synchronized (this) {
            if (!done.getAsBoolean()) {
              wait(LOOK_MILLIS);
            }
          }
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      return true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
