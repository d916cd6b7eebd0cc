package dev.halyard.runtime.execute;

import dev.halyard.spi.Binding;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Stream;
import java.lang.foreign.MemorySegment;

/** Stands where a stream was closed after a failure, until the next run opens another. */
final class ClosedStream implements Stream {
  private static IllegalStateException refusal() {
    return new IllegalStateException("the stream was closed after a failure");
  }

  @Override
  public void execute(Binding binding) {
    throw refusal();
  }

  @Override
  public long submit(Binding binding) {
    throw refusal();
  }

  @Override
  public long upload(MemorySegment from, MemorySlice to) {
    throw refusal();
  }

  @Override
  public long download(MemorySlice from, MemorySegment to) {
    throw refusal();
  }

  @Override
  public long copy(MemorySlice from, MemorySlice to) {
    throw refusal();
  }

  @Override
  public void waitFor(Stream other, long ticket) {
    throw refusal();
  }

  @Override
  public long completed() {
    return 0;
  }

  @Override
  public boolean await(long ticket, long nanos) {
    throw refusal();
  }

  @Override
  public void close() {}
}
