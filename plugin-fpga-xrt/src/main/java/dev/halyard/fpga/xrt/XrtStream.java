package dev.halyard.fpga.xrt;

import dev.halyard.DeviceLostException;
import dev.halyard.HalyardException;
import dev.halyard.PluginException;
import dev.halyard.spi.Binding;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Stream;
import dev.halyard.spi.TimingSink;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Runs synchronous work on the caller's thread and submissions on a thread of its own, which starts
 * with the first submission and ends at close. Copies are of the host's part of memory. Everything
 * between the two threads is guarded by this object's monitor, except that {@code completed},
 * {@code failure} and {@code closed} are read without it.
 */
final class XrtStream implements Stream {
  private static final int SPINS = 1000;

  /** How long close waits for a board that is gone: a call of it may never return. */
  private static final long GONE_MILLIS = 1000;

  private final XrtDriver driver;
  private final TicketQueue queue = new TicketQueue();
  private final RunTiming timing = new RunTiming();
  private long submitted;
  private volatile long completed;
  private volatile @Nullable RuntimeException failure;
  private volatile boolean closed;
  private boolean executing;
  private @Nullable Thread dispatcher;

  XrtStream(XrtDriver driver) {
    this.driver = driver;
  }

  @Override
  public void execute(Binding binding) {
    begin();
    try {
      if (driver.countSubmission()) {
        driver.loseOnPurpose();
      }
      requireUsable();
      run((XrtBinding) binding, false); // it has no ticket, so that nobody can ask for its cycles
    } finally {
      end();
    }
  }

  /** Waits for the submissions before a synchronous run; an interrupt is kept for later. */
  private void begin() {
    boolean interrupted = false;
    synchronized (this) {
      requireOpen();
      executing = true;
      while (completed < submitted && failure == null && !driver.isLost()) {
        interrupted |= interruptedWait(0);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void end() {
    synchronized (this) {
      executing = false;
      notifyAll();
    }
  }

  /** Waits for a notification; {@return whether an interrupt cut it short} */
  @SuppressWarnings("WaitNotInLoop") // Callers loop.
  private synchronized boolean interruptedWait(long millis) {
    try {
      wait(millis);
      return false;
    } catch (InterruptedException e) {
      return true;
    }
  }

  private void run(XrtBinding binding, boolean counted) {
    try {
      binding.run(counted);
    } catch (DeviceLostException e) {
      driver.lose(e);
      throw e;
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this stream is closed");
    }
  }

  private void requireUsable() {
    driver.requireAlive();
    RuntimeException thrown = failure;
    if (thrown != null) {
      throw again(thrown);
    }
  }

  @Override
  public long submit(Binding binding) {
    requireUsable();
    synchronized (this) {
      TicketQueue.Entry entry = next();
      entry.binding = (XrtBinding) binding;
      return started(entry);
    }
  }

  @Override
  public long upload(MemorySegment from, MemorySlice to) {
    return copy(from, XrtMemory.bytesOf(to));
  }

  @Override
  public long download(MemorySlice from, MemorySegment to) {
    return copy(XrtMemory.bytesOf(from), to);
  }

  @Override
  public long copy(MemorySlice from, MemorySlice to) {
    return copy(XrtMemory.bytesOf(from), XrtMemory.bytesOf(to));
  }

  private long copy(MemorySegment from, MemorySegment to) {
    requireUsable();
    synchronized (this) {
      TicketQueue.Entry entry = next();
      entry.from = from;
      entry.to = to;
      return started(entry);
    }
  }

  @Override
  public void waitFor(Stream other, long ticket) {
    if (other == this) {
      return;
    }
    requireUsable();
    synchronized (this) {
      requireOpen();
      TicketQueue.Entry entry = queue.add(submitted);
      entry.other = (XrtStream) other;
      entry.otherTicket = ticket;
      started(entry);
    }
  }

  /** {@return a new submission} */
  private synchronized TicketQueue.Entry next() {
    requireOpen();
    TicketQueue.Entry entry = queue.add(++submitted);
    entry.fatal = driver.countSubmission();
    return entry;
  }

  /** {@return the ticket of a submission, of which the dispatcher hears} */
  private synchronized long started(TicketQueue.Entry entry) {
    if (dispatcher == null) {
      dispatcher = Thread.ofPlatform().daemon().name("halyard-xrt-stream").start(this::dispatch);
      driver.counters().threads.increment();
    }
    notifyAll();
    return entry.ticket;
  }

  @Override
  public synchronized boolean cancel(long ticket) {
    return queue.cancel(ticket);
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

  @Override
  public synchronized void timing(long ticket, TimingSink sink) {
    timing.report(ticket, driver, sink);
  }

  /** Makes whoever waits look again: at a loss of the device, or at a close. */
  synchronized void wakeAll() {
    notifyAll();
  }

  private void dispatch() {
    try {
      TicketQueue.Entry entry = awaitNext();
      while (entry != null) {
        long begin = System.nanoTime();
        run(entry);
        finished(entry, System.nanoTime() - begin);
        entry = awaitNext();
      }
    } catch (RuntimeException | Error thrown) {
      fail(thrown);
    } finally {
      driver.counters().threads.decrement();
    }
  }

  /** {@return the entry to run, which is then beyond cancelling; null when the stream is closed} */
  private synchronized TicketQueue.@Nullable Entry awaitNext() {
    while (queue.isEmpty()) {
      if (closed) {
        return null;
      }
      // Nobody interrupts this thread: nobody else has its handle.
      interruptedWait(0);
    }
    return queue.begin();
  }

  private void run(TicketQueue.Entry entry) {
    XrtStream other = entry.other;
    if (other != null) {
      other.awaitUninterruptibly(entry.otherTicket);
      return;
    }
    if (entry.fatal) {
      driver.loseOnPurpose();
    }
    driver.requireAlive();
    if (entry.cancelled) {
      return;
    }
    XrtBinding binding = entry.binding;
    MemorySegment from = entry.from;
    MemorySegment to = entry.to;
    if (binding != null) {
      run(binding, true);
    } else if (from != null && to != null) {
      to.copyFrom(from);
    }
  }

  private void awaitUninterruptibly(long ticket) {
    while (true) {
      try {
        if (await(ticket, Long.MAX_VALUE)) {
          return;
        }
      } catch (InterruptedException stray) {
        // As in awaitNext().
      }
    }
  }

  private synchronized void finished(TicketQueue.Entry entry, long nanos) {
    // What ends after the device was lost has not completed.
    if (entry.other == null && !driver.isLost()) {
      XrtBinding binding = entry.binding;
      if (binding != null && !entry.cancelled) {
        timing.keep(entry.ticket, binding, nanos);
      }
      completed = entry.ticket;
    }
    queue.end();
    notifyAll();
  }

  private synchronized void fail(Throwable thrown) {
    failure =
        thrown instanceof RuntimeException unchecked
            ? unchecked
            : new PluginException("a run on the FPGA board failed: " + thrown, thrown);
    queue.clear();
    notifyAll();
  }

  /** A new exception per throw, so that each shows who asked. */
  private static RuntimeException again(RuntimeException thrown) {
    if (thrown instanceof DeviceLostException) {
      return new DeviceLostException(String.valueOf(thrown.getMessage()), thrown);
    }
    return thrown instanceof HalyardException
        ? thrown
        : new PluginException(
            "an earlier submission to this FPGA stream failed: " + thrown, thrown);
  }

  @Override
  public void close() {
    boolean interrupted = false;
    Thread running;
    synchronized (this) {
      closed = true;
      running = dispatcher;
      notifyAll();
      while (executing && !driver.isGone()) {
        interrupted |= interruptedWait(GONE_MILLIS);
      }
    }
    if (running != null) {
      interrupted |= joined(running);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    driver.forget(this);
  }

  /** Waits for the dispatcher, which ends with the last submission; {@return if interrupted} */
  private boolean joined(Thread running) {
    boolean interrupted = false;
    while (running.isAlive()) {
      boolean last = driver.isGone();
      try {
        running.join(GONE_MILLIS);
      } catch (InterruptedException e) {
        interrupted = true;
        continue;
      }
      if (last) {
        break;
      }
    }
    return interrupted;
  }
}
