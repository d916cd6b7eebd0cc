package dev.halyard.runtime.execute;

import dev.halyard.spi.Binding;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Stream;
import java.lang.foreign.MemorySegment;

/** One thing that a run asks of a stream; everything in it is resolved. */
abstract sealed class Step {
  /** Which of the invocation's streams runs this step. */
  final int stream;

  private Step(int stream) {
    this.stream = stream;
  }

  /** Does it, and returns when it is done or surely done before the next step of the stream. */
  abstract void execute(Stream on);

  /** {@return the ticket of its submission} */
  abstract long submit(Stream on);

  /** Runs a program. */
  static final class Run extends Step {
    final Binding binding;

    Run(int stream, Binding binding) {
      super(stream);
      this.binding = binding;
    }

    @Override
    void execute(Stream on) {
      on.execute(binding);
    }

    @Override
    long submit(Stream on) {
      return on.submit(binding);
    }
  }

  /** Copies from the host; the stream's order puts it before what reads it. */
  static final class Upload extends Step {
    private final OpenDevice device;
    private final MemorySegment from;
    private final MemorySlice to;

    Upload(int stream, OpenDevice device, MemorySegment from, MemorySlice to) {
      super(stream);
      this.device = device;
      this.from = from;
      this.to = to;
    }

    @Override
    void execute(Stream on) {
      Tickets.awaitUninterruptibly(on, on.upload(from, to), device);
    }

    @Override
    long submit(Stream on) {
      return on.upload(from, to);
    }
  }

  /** Copies to the host. */
  static final class Download extends Step {
    private final OpenDevice device;
    private final MemorySlice from;
    private final MemorySegment to;

    Download(int stream, OpenDevice device, MemorySlice from, MemorySegment to) {
      super(stream);
      this.device = device;
      this.from = from;
      this.to = to;
    }

    @Override
    void execute(Stream on) {
      Tickets.awaitUninterruptibly(on, on.download(from, to), device);
    }

    @Override
    long submit(Stream on) {
      return on.download(from, to);
    }
  }
}
