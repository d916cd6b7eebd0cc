package dev.halyard.tck.wrap;

import dev.halyard.spi.Binding;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Stream;
import dev.halyard.spi.TimingSink;
import java.lang.foreign.MemorySegment;

/** A stream in front of another that changes nothing; subclasses change one thing. */
public class WrappedStream implements Stream {
  /** The stream behind this one. */
  protected final Stream stream;

  /**
   * Wraps a stream.
   *
   * @param stream the stream behind this one
   */
  public WrappedStream(Stream stream) {
    this.stream = stream;
  }

  @Override
  public void execute(Binding binding) {
    stream.execute(binding);
  }

  @Override
  public long submit(Binding binding) {
    return stream.submit(binding);
  }

  @Override
  public long upload(MemorySegment from, MemorySlice to) {
    return stream.upload(from, to);
  }

  @Override
  public long download(MemorySlice from, MemorySegment to) {
    return stream.download(from, to);
  }

  @Override
  public long copy(MemorySlice from, MemorySlice to) {
    return stream.copy(from, to);
  }

  @Override
  public void waitFor(Stream other, long ticket) {
    stream.waitFor(other instanceof WrappedStream wrapped ? wrapped.stream : other, ticket);
  }

  @Override
  public boolean cancel(long ticket) {
    return stream.cancel(ticket);
  }

  @Override
  public long completed() {
    return stream.completed();
  }

  @Override
  public boolean await(long ticket, long nanos) throws InterruptedException {
    return stream.await(ticket, nanos);
  }

  @Override
  public void timing(long ticket, TimingSink sink) {
    stream.timing(ticket, sink);
  }

  @Override
  public void close() {
    stream.close();
  }
}
