package dev.halyard.cpu;

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
 * with the first submission and ends at close. Everything between the two is guarded by this
 * object's monitor, except that {@code completed} is read without it.
 *
 * <p>Once closed, nothing of a stream runs, be the device lost or not: what a kernel reads may be
 * freed then, and a kernel of this device ends by itself.
 */
final class CpuStream implements Stream {
  private static final int SPINS = 2000;

  private final CpuDriver driver;
  private final TicketQueue queue = new TicketQueue();
  private long submitted;
  private volatile long completed;
  private volatile @Nullable RuntimeException failure;
  private volatile boolean closed;
  private volatile boolean executing;
  private @Nullable Thread dispatcher;
  private long lastNanos;

  CpuStream(CpuDriver driver) {
    this.driver = driver;
  }

  @Override
  public void execute(Binding binding) {
    // Written before closed is read, as close does it the other way round: one sees the other.
    executing = true;
    try {
      requireOpen();
      drain();
      if (driver.countSubmission()) {
        driver.lose();
      }
      requireUsable();
      ((CpuBinding) binding).run(driver.team());
    } finally {
      executing = false;
      if (closed) {
        wakeAll();
      }
    }
  }

  /** Waits for the submissions before a synchronous run; an interrupt is kept for later. */
  private void drain() {
    if (completed == lastTicket() || failure != null) {
      return;
    }
    boolean interrupted = false;
    synchronized (this) {
      while (completed < submitted && failure == null && !driver.isLost()) {
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

  // Written by the one caller of submit, who is also the caller here.
  @SuppressWarnings("GuardedBy")
  private long lastTicket() {
    return submitted;
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
    return enqueue((CpuBinding) binding, null, null, null, 0);
  }

  @Override
  public long upload(MemorySegment from, MemorySlice to) {
    return enqueue(null, from, CpuMemory.bytesOf(to), null, 0);
  }

  @Override
  public long download(MemorySlice from, MemorySegment to) {
    return enqueue(null, CpuMemory.bytesOf(from), to, null, 0);
  }

  @Override
  public long copy(MemorySlice from, MemorySlice to) {
    return enqueue(null, CpuMemory.bytesOf(from), CpuMemory.bytesOf(to), null, 0);
  }

  @Override
  public void waitFor(Stream other, long ticket) {
    if (other != this) {
      enqueue(null, null, null, (CpuStream) other, ticket);
    }
  }

  private long enqueue(
      @Nullable CpuBinding binding,
      @Nullable MemorySegment from,
      @Nullable MemorySegment to,
      @Nullable CpuStream other,
      long otherTicket) {
    requireUsable();
    synchronized (this) {
      requireOpen();
      long ticket = other == null ? ++submitted : submitted;
      boolean fatal = other == null && driver.countSubmission();
      queue.add(ticket, binding, from, to, other, otherTicket).fatal = fatal;
      if (dispatcher == null) {
        dispatcher = Thread.ofPlatform().daemon().name("halyard-cpu-stream").start(this::dispatch);
        driver.counters().threads.increment();
      }
      notifyAll();
      return ticket;
    }
  }

  @Override
  public boolean cancel(long ticket) {
    synchronized (this) {
      return queue.cancel(ticket);
    }
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
    synchronized (this) {
      if (ticket == completed && lastNanos > 0) {
        sink.measured("kernel", lastNanos);
      }
    }
  }

  /** Makes whoever waits look again: at a loss of the device, or at a close. */
  void wakeAll() {
    synchronized (this) {
      notifyAll();
    }
  }

  private void dispatch() {
    try {
      TicketQueue.Entry entry = next();
      while (entry != null) {
        long begin = System.nanoTime();
        run(entry);
        finished(entry, System.nanoTime() - begin);
        entry = next();
      }
    } catch (RuntimeException | Error thrown) {
      fail(thrown);
    } finally {
      driver.counters().threads.decrement();
    }
  }

  /** {@return the entry to run, which is then beyond cancelling; null when the stream is closed} */
  private TicketQueue.@Nullable Entry next() {
    for (int i = 0; i < SPINS && queue.isEmpty(); i++) {
      Thread.onSpinWait();
    }
    synchronized (this) {
      while (queue.isEmpty()) {
        if (closed) {
          return null;
        }
        try {
          wait();
        } catch (InterruptedException stray) {
          // Nobody else has this thread's handle; it goes on waiting.
        }
      }
      return queue.begin();
    }
  }

  private void run(TicketQueue.Entry entry) {
    CpuStream other = entry.other;
    if (other != null) {
      other.awaitUninterruptibly(entry.otherTicket);
      return;
    }
    if (entry.fatal) {
      driver.lose();
    }
    driver.requireAlive();
    if (entry.cancelled) {
      return;
    }
    CpuBinding binding = entry.binding;
    MemorySegment from = entry.from;
    MemorySegment to = entry.to;
    if (binding != null) {
      binding.run(driver.team());
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
        // As in next().
      }
    }
  }

  private void finished(TicketQueue.Entry entry, long nanos) {
    synchronized (this) {
      // What ends after the device was lost has not completed.
      if (entry.other == null && !driver.isLost()) {
        lastNanos = nanos;
        completed = entry.ticket;
      }
      queue.end();
      notifyAll();
    }
  }

  private void fail(Throwable thrown) {
    synchronized (this) {
      failure =
          thrown instanceof RuntimeException unchecked
              ? unchecked
              : new PluginException("a kernel of the CPU device failed: " + thrown, thrown);
      queue.clear();
      notifyAll();
    }
  }

  /** A new exception per throw, so that each shows who asked. */
  private static RuntimeException again(RuntimeException thrown) {
    if (thrown instanceof DeviceLostException) {
      return new DeviceLostException(String.valueOf(thrown.getMessage()), thrown);
    }
    return thrown instanceof HalyardException
        ? thrown
        : new PluginException("an earlier submission to this CPU stream failed: " + thrown, thrown);
  }

  @Override
  public void close() {
    Thread running;
    boolean interrupted = false;
    synchronized (this) {
      closed = true;
      running = dispatcher;
      notifyAll();
      while (executing) {
        try {
          wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
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
  private static boolean joined(Thread dispatcher) {
    boolean interrupted = false;
    while (true) {
      try {
        dispatcher.join();
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
  }
}
