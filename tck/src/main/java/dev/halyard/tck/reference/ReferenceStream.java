package dev.halyard.tck.reference;

import dev.halyard.spi.Binding;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Stream;
import java.lang.foreign.MemorySegment;

/** Does everything at once, so that whatever has a ticket is done. */
final class ReferenceStream implements Stream {
  private final Runnable onClose;
  private volatile long completed;

  ReferenceStream(Runnable onClose) {
    this.onClose = onClose;
  }

  @Override
  public void execute(Binding binding) {
    ((ReferenceProgram.ReferenceBinding) binding).run();
  }

  @Override
  public long submit(Binding binding) {
    execute(binding);
    return done();
  }

  @Override
  public long upload(MemorySegment from, MemorySlice to) {
    to.segment().copyFrom(from);
    return done();
  }

  @Override
  public long download(MemorySlice from, MemorySegment to) {
    to.copyFrom(from.segment());
    return done();
  }

  @Override
  public long copy(MemorySlice from, MemorySlice to) {
    to.segment().copyFrom(from.segment());
    return done();
  }

  /** One caller at a time. */
  private long done() {
    long ticket = completed + 1;
    completed = ticket;
    return ticket;
  }

  @Override
  public void waitFor(Stream other, long ticket) {}

  @Override
  public long completed() {
    return completed;
  }

  @Override
  public boolean await(long ticket, long nanos) {
    return true;
  }

  @Override
  public void close() {
    onClose.run();
  }
}
