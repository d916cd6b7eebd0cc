package dev.halyard.runtime.isolate;

import dev.halyard.DeviceLostException;
import dev.halyard.HalyardException;
import dev.halyard.PluginException;
import dev.halyard.spi.Binding;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Stream;
import dev.halyard.spi.TimingSink;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * A stream that a thread of the child serves: submissions go through a {@link Lane}, and whoever
 * waits spins for a while and then parks until the child rings.
 */
final class IsolatedStream implements Stream {
  /** What was submitted ends, or the device is lost. */
  private static final Duration FOREVER = Duration.ofDays(365);

  /** A bound to how long a thread parks at a time, should a bell be lost with the child. */
  private static final long PARK_MILLIS = 50;

  /** How many looks are taken between two looks at the clock. */
  private static final int LOOKS = 64;

  private final IsolatedDriver driver;
  private final int id;
  private final long spinNanos;
  private final ByteBuffer rope;
  private final Lane lane;
  private final String file;
  private final Transfers transfers;
  private final AtomicLongArray slotOfTicket = new AtomicLongArray(Lane.SLOTS);
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile @Nullable RuntimeException failure;

  // Of the one caller.
  private long lastSlot;
  private long lastTicket;

  IsolatedStream(IsolatedDriver driver, int id) {
    this.driver = driver;
    this.id = id;
    spinNanos = driver.child().spinNanos();
    rope = Bell.rope(id);
    // Any thread may ask what has completed, also when the stream is closed: so by the collector.
    SharedFolder.Shared shared = driver.child().folder().allocate(Lane.BYTES, Arena.ofAuto());
    lane = new Lane(shared.memory());
    file = shared.file();
    transfers = new Transfers(driver);
  }

  void open() {
    try {
      driver.child().call(Request.OPEN_STREAM, new MessageWriter().count(id).text(file));
    } finally {
      driver.child().folder().discard(file);
    }
  }

  @Override
  public void execute(Binding binding) {
    awaitSlot(enqueue(Lane.EXECUTE, 0, IsolatedBinding.of(binding).id(), 0, 0, 0, 0));
  }

  @Override
  public long submit(Binding binding) {
    return ticketed(Lane.SUBMIT, IsolatedBinding.of(binding).id(), 0, 0, 0, 0);
  }

  @Override
  public long upload(MemorySegment from, MemorySlice to) {
    requireUsable();
    IsolatedMemory memory = IsolatedMemory.of(to);
    Transfers.Staging staging = transfers.acquire(to.bytes(), lane.completed());
    MemorySegment.copy(from, 0, staging.memory(), 0, to.bytes());
    transfers.add(lastTicket + 1, staging, null);
    return ticketed(Lane.UPLOAD, staging.id(), memory.id(), memory.offset(to), to.bytes(), 0);
  }

  @Override
  public long download(MemorySlice from, MemorySegment to) {
    requireUsable();
    IsolatedMemory memory = IsolatedMemory.of(from);
    Transfers.Staging staging = transfers.acquire(from.bytes(), lane.completed());
    transfers.add(lastTicket + 1, staging, to);
    return ticketed(Lane.DOWNLOAD, staging.id(), memory.id(), memory.offset(from), from.bytes(), 0);
  }

  @Override
  public long copy(MemorySlice from, MemorySlice to) {
    IsolatedMemory source = IsolatedMemory.of(from);
    IsolatedMemory target = IsolatedMemory.of(to);
    return ticketed(
        Lane.COPY, source.id(), source.offset(from), target.id(), target.offset(to), from.bytes());
  }

  @Override
  public void waitFor(Stream other, long ticket) {
    if (!(other instanceof IsolatedStream own) || own.driver != driver) {
      throw new IllegalArgumentException("the stream to wait for is of another driver");
    }
    if (own != this) {
      enqueue(Lane.WAIT, 0, own.id, ticket, 0, 0, 0);
    }
  }

  private long ticketed(int kind, long a, long b, long c, long d, long e) {
    long ticket = ++lastTicket;
    slotOfTicket.set((int) (ticket & (Lane.SLOTS - 1)), lastSlot + 1);
    enqueue(kind, ticket, a, b, c, d, e);
    return ticket;
  }

  /** {@return the slot} */
  private long enqueue(int kind, long ticket, long a, long b, long c, long d, long e) {
    requireUsable();
    long slot = lastSlot + 1;
    if (slot - lane.drained() > Lane.SLOTS) {
      awaitSlot(slot - Lane.SLOTS);
    }
    lane.fill(slot, kind, ticket, a, b, c, d, e);
    lastSlot = slot;
    if (lane.publish(slot)) {
      driver.child().ring(rope);
    }
    return slot;
  }

  private void requireUsable() {
    if (closed.get()) {
      throw new IllegalStateException("this stream is closed");
    }
    requireWorking();
  }

  private void requireWorking() {
    RuntimeException thrown = failure;
    if (thrown != null) {
      throw again(thrown);
    }
    driver.requireAlive();
  }

  /** A new exception per throw, so that each shows who asked. */
  private static RuntimeException again(RuntimeException thrown) {
    if (thrown instanceof DeviceLostException) {
      return new DeviceLostException(String.valueOf(thrown.getMessage()), thrown);
    }
    return thrown instanceof HalyardException
        ? thrown
        : new PluginException("work on an isolated stream failed: " + thrown, thrown);
  }

  /** Waits until a slot is done, whatever interrupts. */
  private void awaitSlot(long slot) {
    if (spin(slot)) {
      return;
    }
    boolean interrupted = false;
    try {
      synchronized (this) {
        while (lane.parkParent() < slot) {
          requireWorking();
          try {
            wait(PARK_MILLIS);
          } catch (InterruptedException e) {
            interrupted = true;
          }
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** {@return whether a slot was done before it was time to park} */
  private boolean spin(long slot) {
    long start = System.nanoTime();
    do {
      for (int i = 0; i < LOOKS; i++) {
        if (lane.drained() >= slot) {
          return true;
        }
        Thread.onSpinWait();
      }
    } while (System.nanoTime() - start < spinNanos);
    return false;
  }

  @Override
  public boolean cancel(long ticket) {
    long slot = slotOfTicket.get((int) (ticket & (Lane.SLOTS - 1)));
    if (slot == 0 || lane.ticket(slot) != ticket || lane.drained() >= slot || driver.isLost()) {
      return false;
    }
    return transfers.cancel(ticket, () -> lane.cancel(slot) || cancelHandedOn(ticket));
  }

  private boolean cancelHandedOn(long ticket) {
    try {
      return driver
          .child()
          .call(Request.CANCEL, new MessageWriter().count(id).number(ticket), MessageReader::flag);
    } catch (DeviceLostException e) {
      return false;
    }
  }

  @Override
  public long completed() {
    long completed = lane.completed();
    transfers.settle(completed);
    return completed;
  }

  @Override
  public boolean await(long ticket, long nanos) throws InterruptedException {
    long deadline = System.nanoTime() + Math.clamp(nanos, 0, Long.MAX_VALUE / 4);
    if (!isCompleted(ticket) && !spin(ticket, Math.min(nanos, spinNanos))) {
      synchronized (this) {
        while (!parkUnlessCompleted(ticket)) {
          requireWorking();
          long left = deadline - System.nanoTime();
          if (left <= 0) {
            return false;
          }
          wait(Math.clamp((left + 999_999) / 1_000_000, 1, PARK_MILLIS));
        }
      }
    }
    return completed() >= ticket;
  }

  private boolean isCompleted(long ticket) {
    return lane.completed() >= ticket;
  }

  private boolean spin(long ticket, long nanos) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < nanos) {
      for (int i = 0; i < LOOKS; i++) {
        if (isCompleted(ticket)) {
          return true;
        }
        Thread.onSpinWait();
      }
    }
    return isCompleted(ticket);
  }

  private boolean parkUnlessCompleted(long ticket) {
    lane.parkParent();
    return isCompleted(ticket);
  }

  /** Makes whoever is parked look again. */
  void wakeAll() {
    synchronized (this) {
      notifyAll();
    }
  }

  /** Fails for good: nothing above what has completed will. */
  void fail(RuntimeException cause) {
    failure = cause;
    wakeAll();
  }

  @Override
  public void timing(long ticket, TimingSink sink) {
    if (driver.isLost()) {
      return;
    }
    driver
        .child()
        .call(
            Request.TIMING,
            new MessageWriter().count(id).number(ticket),
            in -> in.each(TimingPart::read))
        .forEach(part -> part.report(sink));
  }

  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    driver
        .child()
        .release(
            Request.CLOSE_STREAM,
            new MessageWriter().count(id),
            driver.isLost() ? IsolatedDriver.LOST_LIMIT : FOREVER);
    transfers.settle(lane.completed());
    transfers.close();
    driver.forget(id);
  }
}
