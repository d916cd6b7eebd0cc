package dev.halyard.opencl;

import static org.jocl.CL.CL_EVENT_COMMAND_EXECUTION_STATUS;
import static org.jocl.CL.CL_PROFILING_COMMAND_END;
import static org.jocl.CL.CL_PROFILING_COMMAND_START;
import static org.jocl.CL.clReleaseCommandQueue;

import dev.halyard.DeviceLostException;
import dev.halyard.HalyardException;
import dev.halyard.OutOfDeviceMemoryException;
import dev.halyard.PluginException;
import dev.halyard.spi.Binding;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Stream;
import dev.halyard.spi.TimingSink;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jocl.cl_command_queue;
import org.jspecify.annotations.Nullable;

/**
 * An in-order queue. Synchronous work is enqueued and waited for on the caller's thread. A thread
 * that starts with the first submission and ends at close waits for the event of each submission in
 * turn: only a thread in the driver learns at once that an event is over, and no caller can be
 * interrupted there. What it and callers share is guarded by this object's monitor, except that
 * {@code completed} is read without it; no call of the driver is made under the monitor that may
 * take long.
 */
final class OpenClStream implements Stream {
  private static final int SPINS = 2000;

  /** How long the driver of a device that is truly gone may take to give up what it runs. */
  private static final long LOSS_MILLIS = 2000;

  /** How often a close looks again where nobody may wake it. */
  private static final long LOOK_MILLIS = 20;

  private final OpenClDriver driver;
  private final cl_command_queue queue;
  private final long handle;
  // Holds the handle, for calls that take queues by address.
  private final MemorySegment queues;
  private final Arena arena = Arena.ofShared();
  // Written by the submitting caller, and by the waiting thread: two sets, as they work at once.
  private final MemorySegment firstEvent = arena.allocate(ValueLayout.JAVA_LONG);
  private final MemorySegment lastEvent = arena.allocate(ValueLayout.JAVA_LONG);
  private final MemorySegment waited = arena.allocate(ValueLayout.JAVA_LONG);
  private final MemorySegment answer = arena.allocate(ValueLayout.JAVA_LONG);
  private final MemorySegment asked = arena.allocate(ValueLayout.JAVA_LONG);
  // Tests put events there that no driver has made.
  final TicketQueue pending = new TicketQueue();
  private long submitted;
  private volatile long completed;
  private volatile @Nullable RuntimeException failure;
  private volatile boolean closed;
  private volatile boolean calling;
  // Set with a submission that is to lose the device: what follows it must not run.
  private boolean doomed;
  private boolean started;
  // Whether the waiting thread may still call the driver.
  private volatile boolean watching;
  private long timedTicket;
  private long timedNanos;

  OpenClStream(OpenClDriver driver) {
    this.driver = driver;
    try {
      queue = driver.context().createQueue();
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
    handle = queue.getNativePointer();
    queues = arena.allocateFrom(ValueLayout.JAVA_LONG, handle);
  }

  @Override
  public void execute(Binding binding) {
    begin();
    try {
      drain();
      if (driver.countSubmission()) {
        driver.loseOnPurpose();
      }
      requireUsable();
      int code =
          ((OpenClBinding) binding).enqueue(handle, queues.address(), 0, lastEvent.address());
      int finished = ClCalls.finish(handle);
      int status = ended();
      if (code != ClError.SUCCESS || finished != ClError.SUCCESS || status < 0) {
        throw failed(
            code != ClError.SUCCESS ? code : finished != ClError.SUCCESS ? finished : status,
            "a run");
      }
    } finally {
      end();
    }
  }

  /**
   * {@return how the last command of a run ended, which the driver need not say when the queue is
   * finished: negative if it failed}
   */
  private int ended() {
    long event = event(lastEvent);
    if (event == 0) {
      return ClError.SUCCESS;
    }
    int status = status(event, asked);
    discard(lastEvent);
    return status;
  }

  /** Begins a call that uses the queue; a close waits for its end. */
  private void begin() {
    // Written before closed is read, as close does it the other way round: one sees the other.
    calling = true;
    if (closed) {
      end();
      throw new IllegalStateException("this stream is closed");
    }
    firstEvent.set(ValueLayout.JAVA_LONG, 0, 0);
    lastEvent.set(ValueLayout.JAVA_LONG, 0, 0);
  }

  private void end() {
    calling = false;
    if (closed) {
      wakeAll();
    }
  }

  /** Waits for the submissions before a synchronous run; an interrupt is kept for later. */
  private void drain() {
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

  private void requireUsable() {
    driver.requireAlive();
    RuntimeException thrown = failure;
    if (thrown != null) {
      throw again(thrown);
    }
  }

  /** {@return the exception for a code, after the driver has learned of a loss} */
  private RuntimeException failed(int code, String call) {
    HalyardException exception = ClError.exception(code, call + " on " + driver.name());
    if (ClError.isLoss(code)) {
      driver.lose(String.valueOf(exception.getMessage()));
    }
    return exception;
  }

  @Override
  public long submit(Binding binding) {
    OpenClBinding bound = (OpenClBinding) binding;
    begin();
    try {
      requireUsable();
      if (isDoomed()) {
        return marked();
      }
      return bound.commands() == 0
          ? nothing()
          : enqueued(
              bound.enqueue(handle, queues.address(), firstEvent.address(), lastEvent.address()),
              bound.commands() > 1,
              "a run");
    } finally {
      end();
    }
  }

  @Override
  public long upload(MemorySegment from, MemorySlice to) {
    requireSame(from.byteSize(), to.bytes());
    begin();
    try {
      requireUsable();
      if (isDoomed()) {
        return marked();
      }
      if (from.byteSize() == 0) {
        return nothing();
      }
      int code = write(from, to);
      if (driver.context().madeRoom(code)) {
        code = write(from, to);
      }
      return enqueued(code, false, "an upload of " + from.byteSize() + " bytes");
    } finally {
      end();
    }
  }

  private int write(MemorySegment from, MemorySlice to) {
    return ClCalls.enqueueWrite(
        handle,
        OpenClMemory.bufferOf(to).handle(),
        OpenClMemory.offsetOf(to),
        to.bytes(),
        from.address(),
        lastEvent.address());
  }

  @Override
  public long download(MemorySlice from, MemorySegment to) {
    requireSame(from.bytes(), to.byteSize());
    begin();
    try {
      requireUsable();
      if (isDoomed()) {
        return marked();
      }
      if (to.byteSize() == 0) {
        return nothing();
      }
      int code = read(from, to);
      if (driver.context().madeRoom(code)) {
        code = read(from, to);
      }
      return enqueued(code, false, "a download of " + to.byteSize() + " bytes");
    } finally {
      end();
    }
  }

  private int read(MemorySlice from, MemorySegment to) {
    return ClCalls.enqueueRead(
        handle,
        OpenClMemory.bufferOf(from).handle(),
        OpenClMemory.offsetOf(from),
        from.bytes(),
        to.address(),
        lastEvent.address());
  }

  @Override
  public long copy(MemorySlice from, MemorySlice to) {
    requireSame(from.bytes(), to.bytes());
    begin();
    try {
      requireUsable();
      if (isDoomed()) {
        return marked();
      }
      if (from.bytes() == 0) {
        return nothing();
      }
      if (OpenClMemory.overlap(from, to)) {
        return copyAside(from, to);
      }
      int code = copyTo(from, to);
      if (driver.context().madeRoom(code)) {
        code = copyTo(from, to);
      }
      return enqueued(code, false, "a copy of " + from.bytes() + " bytes");
    } finally {
      end();
    }
  }

  private int copyTo(MemorySlice from, MemorySlice to) {
    return ClCalls.enqueueCopy(
        handle,
        OpenClMemory.bufferOf(from).handle(),
        OpenClMemory.bufferOf(to).handle(),
        OpenClMemory.offsetOf(from),
        OpenClMemory.offsetOf(to),
        from.bytes(),
        lastEvent.address());
  }

  /** Copies between ranges that overlap, which OpenCL does not; it waits, for the block between. */
  private long copyAside(MemorySlice from, MemorySlice to) {
    OpenClMemory between =
        new OpenClMemory(driver.context().allocate(from.bytes()), 0, from.bytes());
    try {
      MemorySlice aside = MemorySlice.of(between);
      int code = copyTo(from, aside);
      if (code == ClError.SUCCESS) {
        discard(lastEvent);
        code = copyTo(aside, to);
      }
      int finished = ClCalls.finish(handle);
      return enqueued(
          code != ClError.SUCCESS ? code : finished, false, "a copy of " + from.bytes() + " bytes");
    } finally {
      between.close();
    }
  }

  private static void requireSame(long from, long to) {
    if (from != to) {
      throw new IllegalArgumentException("a copy of " + from + " bytes to " + to);
    }
  }

  @Override
  public void waitFor(Stream other, long ticket) {
    OpenClStream stream = (OpenClStream) other;
    if (stream == this || stream.completed() >= ticket) {
      return;
    }
    begin();
    try {
      requireUsable();
      int code = stream.retainEvent(ticket, firstEvent);
      if (code != ClError.SUCCESS) {
        throw failed(code, "a wait for another stream");
      }
      long event = event(firstEvent);
      long barrier = 0;
      if (event != 0 && doomed) {
        ClCalls.releaseEvent(event);
      } else if (event != 0) {
        barrier = barrier(event);
      }
      synchronized (this) {
        TicketQueue.Entry entry = pending.add(submitted);
        entry.other = stream;
        entry.otherTicket = ticket;
        entry.event = barrier;
        entryAdded();
      }
    } finally {
      end();
    }
  }

  /**
   * Holds the queue back until an event that is in {@code firstEvent}, and releases it. {@return
   * the event of the barrier}
   */
  private long barrier(long event) {
    int code = ClCalls.enqueueBarrier(handle, 1, firstEvent.address(), lastEvent.address());
    ClCalls.releaseEvent(event);
    if (code != ClError.SUCCESS) {
      throw failed(code, "a wait for another stream");
    }
    ClCalls.flush(handle);
    return event(lastEvent);
  }

  /**
   * {@return what the driver says} Puts the event of a ticket aside, for the caller to release; 0
   * if it is over or has none.
   */
  private synchronized int retainEvent(long ticket, MemorySegment aside) {
    long event = pending.eventOf(ticket);
    int code = event == 0 ? ClError.SUCCESS : ClCalls.retainEvent(event);
    aside.set(ValueLayout.JAVA_LONG, 0, code == ClError.SUCCESS ? event : 0);
    return code;
  }

  // Written by the one caller of submit, who is also the caller here.
  @SuppressWarnings("GuardedBy")
  private boolean isDoomed() {
    if (!doomed && driver.countSubmission()) {
      doomed = true;
      synchronized (this) {
        pending.add(submitted).fatal = true;
        entryAdded();
      }
    }
    return doomed;
  }

  /** {@return the ticket of a submission with nothing to do but to keep its turn} */
  private long nothing() {
    // With an event, for those that wait for this ticket on other streams.
    int code = ClCalls.enqueueBarrier(handle, 0, 0, lastEvent.address());
    return enqueued(code, false, "an empty submission");
  }

  /** {@return the ticket of a submission that does not reach the device any more} */
  private long marked() {
    synchronized (this) {
      long ticket = ++submitted;
      pending.add(ticket);
      entryAdded();
      return ticket;
    }
  }

  /** {@return the ticket of what was enqueued with {@code lastEvent} as its last event} */
  private long enqueued(int code, boolean several, String call) {
    if (code == ClError.SUCCESS) {
      code = ClCalls.flush(handle);
    }
    if (code != ClError.SUCCESS) {
      // Commands before the one that failed may still use memory that the caller will free.
      ClCalls.finish(handle);
      discard(firstEvent);
      discard(lastEvent);
      throw failed(code, call);
    }
    synchronized (this) {
      long ticket = ++submitted;
      TicketQueue.Entry entry = pending.add(ticket);
      entry.firstEvent = several ? event(firstEvent) : 0;
      entry.event = event(lastEvent);
      entryAdded();
      return ticket;
    }
  }

  /** Releases the event that a call has left, if it has. */
  private static void discard(MemorySegment segment) {
    if (event(segment) != 0) {
      ClCalls.releaseEvent(event(segment));
      segment.set(ValueLayout.JAVA_LONG, 0, 0);
    }
  }

  private static long event(MemorySegment segment) {
    return segment.get(ValueLayout.JAVA_LONG, 0);
  }

  // Called under the monitor.
  @SuppressWarnings("GuardedBy")
  private void entryAdded() {
    if (!started) {
      started = true;
      watching = true;
      driver.counters().threads.increment();
      Thread.ofPlatform().daemon().name("halyard-opencl-stream").start(this::watch);
    }
    notifyAll();
  }

  @Override
  public long completed() {
    return completed;
  }

  @Override
  public boolean await(long ticket, long nanos) throws InterruptedException {
    for (int i = 0; i < SPINS && completed < ticket && failure == null; i++) {
      Thread.onSpinWait();
    }
    if (completed >= ticket) {
      return true;
    }
    long until = System.nanoTime() + Math.clamp(nanos, 0, Long.MAX_VALUE / 4);
    synchronized (this) {
      while (completed < ticket) {
        driver.requireAlive();
        RuntimeException thrown = failure;
        if (thrown != null) {
          throw again(thrown);
        }
        long left = until - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        wait(left / 1_000_000, (int) (left % 1_000_000));
      }
    }
    return true;
  }

  @Override
  public void timing(long ticket, TimingSink sink) {
    long nanos;
    synchronized (this) {
      nanos = ticket == timedTicket ? timedNanos : 0;
    }
    if (nanos > 0) {
      sink.measured("device", nanos);
    }
  }

  /** Makes whoever waits look again: at a loss of the device, or at a close. */
  void wakeAll() {
    synchronized (this) {
      notifyAll();
    }
  }

  /** Waits for one submission after the other, until the stream is closed and all is done. */
  private void watch() {
    try {
      TicketQueue.Entry entry = next();
      while (entry != null) {
        awaitEnd(entry);
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

  /** {@return the oldest entry, which stays in the queue; null when the stream is closed} */
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

  private void awaitEnd(TicketQueue.Entry entry) {
    if (entry.fatal) {
      driver.loseOnPurpose();
    }
    driver.requireAlive();
    OpenClStream other = entry.other;
    if (other != null) {
      other.awaitUninterruptibly(entry.otherTicket);
    }
    if (entry.event == 0) {
      return;
    }
    waited.set(ValueLayout.JAVA_LONG, 0, entry.event);
    int code = ClCalls.waitForEvents(1, waited.address());
    int status = status(entry.event, answer);
    if (status < 0 || code != ClError.SUCCESS) {
      throw failed(status < 0 ? status : code, "a submission");
    }
  }

  /** {@return the execution status of an event: 0 when it is over, negative when it failed} */
  private static int status(long event, MemorySegment answer) {
    int code =
        ClCalls.eventInfo(
            event, CL_EVENT_COMMAND_EXECUTION_STATUS, Integer.BYTES, answer.address());
    return code == ClError.SUCCESS ? answer.get(ValueLayout.JAVA_INT, 0) : code;
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

  private void finished(TicketQueue.Entry entry) {
    long nanos = nanos(entry);
    synchronized (this) {
      // What ends after the device was lost has not completed.
      if (driver.isLost()) {
        driver.requireAlive();
      }
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

  /** {@return from the start of the first command to the end of the last; 0 if not known} */
  private long nanos(TicketQueue.Entry entry) {
    if (entry.event == 0 || entry.other != null) {
      return 0;
    }
    long begin =
        moment(entry.firstEvent == 0 ? entry.event : entry.firstEvent, CL_PROFILING_COMMAND_START);
    long end = moment(entry.event, CL_PROFILING_COMMAND_END);
    return begin == 0 || end == 0 ? 0 : end - begin;
  }

  private long moment(long event, int key) {
    int code = ClCalls.profilingInfo(event, key, Long.BYTES, answer.address());
    return code == ClError.SUCCESS ? answer.get(ValueLayout.JAVA_LONG, 0) : 0;
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

  // Called under the monitor.
  @SuppressWarnings("GuardedBy")
  private void releaseAll() {
    while (!pending.isEmpty()) {
      release(pending.oldest());
      pending.removeOldest();
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

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      notifyAll();
    }
    try {
      // Seen once: a call that begins from now on only learns that the stream is closed.
      boolean idle = awaitedUnlessGone(() -> !calling && !watching);
      // The driver of a device that is gone may hang in any call: then the queue is left.
      if (idle && !driver.isGone()) {
        free();
      }
    } finally {
      driver.forget(this);
    }
  }

  /** {@return whether nothing is left of a closed stream} */
  boolean isFree() {
    return !arena.scope().isAlive();
  }

  /** Frees the queue when nothing runs on it any more. */
  private void free() {
    // After a submission failed others may still run.
    ClCalls.finish(handle);
    synchronized (this) {
      releaseAll();
    }
    clReleaseCommandQueue(queue);
    arena.close();
  }

  /**
   * Waits for something that ends with the work under way; on a device that is gone that may never
   * be, and it gives up after a while. An interrupt is kept for later. {@return whether it ended}
   */
  private boolean awaitedUnlessGone(BooleanSupplier done) {
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
