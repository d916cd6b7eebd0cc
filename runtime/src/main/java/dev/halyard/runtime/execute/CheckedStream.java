package dev.halyard.runtime.execute;

import dev.halyard.runtime.execute.CheckedProgram.CheckedBinding;
import dev.halyard.spi.Binding;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Stream;
import dev.halyard.spi.TimingSink;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A stream with one caller at a time, tickets that grow, and a completed ticket that never falls.
 */
final class CheckedStream implements Stream {
  private final CheckedDriver driver;
  private final Stream stream;
  private final AtomicBoolean busy = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicLong completed = new AtomicLong();
  private volatile long last;

  CheckedStream(CheckedDriver driver, Stream stream) {
    this.driver = driver;
    this.stream = stream;
  }

  private void exclusively(String call, Runnable work) {
    CheckedDriver.misuse(closed.get(), "Stream." + call + " after close()");
    CheckedDriver.misuse(!busy.compareAndSet(false, true), "two callers at once in Stream." + call);
    try {
      work.run();
    } finally {
      busy.set(false);
    }
  }

  private long ticket(String call, LongSupplier submission) {
    exclusively(
        call,
        () -> {
          long ticket = submission.getAsLong();
          driver.breach(ticket <= last, call + " gave ticket " + ticket + " after " + last);
          last = ticket;
        });
    return last;
  }

  @Override
  public void execute(Binding binding) {
    Binding own = CheckedBinding.unwrap(driver, binding);
    exclusively("execute", () -> stream.execute(own));
    driver.breach(completed() < last, "execute returned before ticket " + last + " had completed");
  }

  @Override
  public long submit(Binding binding) {
    Binding own = CheckedBinding.unwrap(driver, binding);
    return ticket("submit", () -> stream.submit(own));
  }

  @Override
  public long upload(MemorySegment from, MemorySlice to) {
    requireCopy(from, to);
    return ticket("upload", () -> stream.upload(from, CheckedMemory.unwrap(to)));
  }

  @Override
  public long download(MemorySlice from, MemorySegment to) {
    requireCopy(to, from);
    return ticket("download", () -> stream.download(CheckedMemory.unwrap(from), to));
  }

  private static void requireCopy(MemorySegment host, MemorySlice device) {
    CheckedDriver.misuse(!host.isNative(), "a copy with heap memory");
    CheckedDriver.misuse(
        host.byteSize() != device.bytes(),
        "a copy between " + host.byteSize() + " and " + device.bytes() + " bytes");
  }

  @Override
  public long copy(MemorySlice from, MemorySlice to) {
    CheckedDriver.misuse(
        from.bytes() != to.bytes(),
        "a copy between " + from.bytes() + " and " + to.bytes() + " bytes");
    return ticket("copy", () -> stream.copy(CheckedMemory.unwrap(from), CheckedMemory.unwrap(to)));
  }

  @Override
  public void waitFor(Stream other, long ticket) {
    CheckedDriver.misuse(
        !(other instanceof CheckedStream checked && checked.driver == driver),
        "waitFor a stream of another driver");
    exclusively("waitFor", () -> stream.waitFor(((CheckedStream) other).stream, ticket));
  }

  @Override
  public boolean cancel(long ticket) {
    return stream.cancel(ticket);
  }

  @Override
  public long completed() {
    long now = stream.completed();
    long before = completed.getAndAccumulate(now, Math::max);
    // A concurrent caller may have seen a later value; only a fall below what was issued is a
    // breach.
    driver.breach(
        now < 0 || (now < before && stream.completed() < before),
        "completed() fell from " + before + " to " + now);
    return now;
  }

  @Override
  public boolean await(long ticket, long nanos) throws InterruptedException {
    CheckedDriver.misuse(ticket > last, "await of ticket " + ticket + ", the last is " + last);
    boolean done = stream.await(ticket, nanos);
    driver.breach(
        done && stream.completed() < ticket,
        "await said that ticket "
            + ticket
            + " had completed, completed() says "
            + stream.completed());
    return done;
  }

  @Override
  public void timing(long ticket, TimingSink sink) {
    stream.timing(ticket, sink);
  }

  @Override
  public void close() {
    CheckedDriver.misuse(!closed.compareAndSet(false, true), "Stream.close() twice");
    driver.closedOne();
    stream.close();
  }
}
