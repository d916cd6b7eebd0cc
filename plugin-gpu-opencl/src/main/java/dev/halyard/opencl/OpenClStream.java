package dev.halyard.opencl;

import static org.jocl.CL.clReleaseCommandQueue;

import dev.halyard.spi.Binding;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Stream;
import dev.halyard.spi.TimingSink;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jocl.cl_command_queue;
import org.jspecify.annotations.Nullable;

/**
 * An in-order queue. Synchronous work is enqueued and waited for on the caller's thread; what is
 * submitted is enqueued, and its events are handed to {@link Submissions}.
 */
final class OpenClStream implements Stream {
  private final OpenClDriver driver;
  private final cl_command_queue queue;
  private final long handle;
  // Holds the handle, for calls that take queues by address.
  private final MemorySegment queues;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment firstEvent = arena.allocate(ValueLayout.JAVA_LONG);
  private final MemorySegment lastEvent = arena.allocate(ValueLayout.JAVA_LONG);
  private final MemorySegment answer = arena.allocate(ValueLayout.JAVA_LONG);
  final Submissions submissions;
  private volatile boolean calling;
  // Set with a submission that is to lose the device: what follows it must not run.
  private boolean doomed;

  OpenClStream(OpenClDriver driver) {
    this.driver = driver;
    submissions = new Submissions(driver, arena);
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
      submissions.drain();
      if (driver.countSubmission()) {
        driver.loseOnPurpose();
      }
      submissions.requireUsable();
      int code =
          ((OpenClBinding) binding).enqueue(handle, queues.address(), 0, lastEvent.address());
      int finished = ClCalls.finish(handle);
      int status = ended();
      if (code != ClError.SUCCESS || finished != ClError.SUCCESS || status < 0) {
        throw driver.failed(
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
    long event = ClEvent.in(lastEvent);
    if (event == 0) {
      return ClError.SUCCESS;
    }
    int status = ClEvent.status(event, answer);
    ClEvent.discard(lastEvent);
    return status;
  }

  /** Begins a call that uses the queue; a close waits for its end. */
  private void begin() {
    // Written before closed is read, as close does it the other way round: one sees the other.
    calling = true;
    if (submissions.isClosed()) {
      end();
      throw new IllegalStateException("this stream is closed");
    }
    ClEvent.clear(firstEvent);
    ClEvent.clear(lastEvent);
  }

  private void end() {
    calling = false;
    if (submissions.isClosed()) {
      submissions.wakeAll();
    }
  }

  @Override
  public long submit(Binding binding) {
    OpenClBinding bound = (OpenClBinding) binding;
    begin();
    try {
      submissions.prepare();
      if (isDoomed()) {
        return submissions.addUnsent();
      }
      return bound.commands() == 0
          ? nothing()
          : enqueued(
              bound.enqueue(handle, queues.address(), firstEvent.address(), lastEvent.address()),
              bound.commands() > 1,
              "a run",
              0);
    } finally {
      end();
    }
  }

  @Override
  public long upload(MemorySegment from, MemorySlice to) {
    requireSame(from.byteSize(), to.bytes());
    begin();
    try {
      submissions.prepare();
      if (isDoomed()) {
        return submissions.addUnsent();
      }
      if (from.byteSize() == 0) {
        return nothing();
      }
      long buffer = OpenClMemory.bufferOf(to).handle();
      ClBlock staged = filled(from);
      long source = staged == null ? from.address() : staged.hostMemory().address();
      int code = write(source, buffer, to);
      if (driver.context().madeRoom(code)) {
        code = write(source, buffer, to);
      }
      return copied(code, staged, null, "an upload", from.byteSize());
    } finally {
      end();
    }
  }

  /** {@return pinned memory with the same content; null where the copy goes without} */
  private @Nullable ClBlock filled(MemorySegment from) {
    ClBlock staged = driver.context().takeStaging(from.byteSize());
    if (staged == null) {
      return null;
    }
    boolean done = false;
    try {
      MemorySegment.copy(from, 0, staged.hostMemory(), 0, from.byteSize());
      done = true;
      return staged;
    } finally {
      if (!done) {
        driver.context().giveStaging(staged);
      }
    }
  }

  private int write(long from, long buffer, MemorySlice to) {
    return ClCalls.enqueueWrite(
        handle, buffer, OpenClMemory.offsetOf(to), to.bytes(), from, lastEvent.address());
  }

  @Override
  public long download(MemorySlice from, MemorySegment to) {
    requireSame(from.bytes(), to.byteSize());
    begin();
    try {
      submissions.prepare();
      if (isDoomed()) {
        return submissions.addUnsent();
      }
      if (to.byteSize() == 0) {
        return nothing();
      }
      long buffer = OpenClMemory.bufferOf(from).handle();
      ClBlock staged = driver.context().takeStaging(to.byteSize());
      long target = staged == null ? to.address() : staged.hostMemory().address();
      int code = read(buffer, from, target);
      if (driver.context().madeRoom(code)) {
        code = read(buffer, from, target);
      }
      return copied(code, staged, to, "a download", to.byteSize());
    } finally {
      end();
    }
  }

  private int read(long buffer, MemorySlice from, long to) {
    return ClCalls.enqueueRead(
        handle, buffer, OpenClMemory.offsetOf(from), from.bytes(), to, lastEvent.address());
  }

  @Override
  public long copy(MemorySlice from, MemorySlice to) {
    requireSame(from.bytes(), to.bytes());
    begin();
    try {
      submissions.prepare();
      if (isDoomed()) {
        return submissions.addUnsent();
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
      return enqueued(code, false, "a copy", from.bytes());
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
        ClEvent.discard(lastEvent);
        code = copyTo(aside, to);
      }
      int finished = ClCalls.finish(handle);
      return enqueued(code != ClError.SUCCESS ? code : finished, false, "a copy", from.bytes());
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
      submissions.prepare();
      int code = stream.submissions.retainEvent(ticket, firstEvent);
      if (code != ClError.SUCCESS) {
        throw driver.failed(code, "a wait for another stream");
      }
      long event = ClEvent.in(firstEvent);
      long barrier = 0;
      if (event != 0 && doomed) {
        ClCalls.releaseEvent(event);
      } else if (event != 0) {
        barrier = barrier(event);
      }
      submissions.addWait(stream.submissions, ticket, barrier);
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
      throw driver.failed(code, "a wait for another stream");
    }
    ClCalls.flush(handle);
    return ClEvent.in(lastEvent);
  }

  private boolean isDoomed() {
    if (!doomed && driver.countSubmission()) {
      doomed = true;
      submissions.addLoss();
    }
    return doomed;
  }

  /** {@return the ticket of a submission with nothing to do but to keep its turn} */
  private long nothing() {
    // With an event, for those that wait for this ticket on other streams.
    int code = ClCalls.enqueueBarrier(handle, 0, 0, lastEvent.address());
    return enqueued(code, false, "a submission", 0);
  }

  /** {@return the ticket of a copy that was enqueued with {@code lastEvent} as its event} */
  private long copied(
      int code, @Nullable ClBlock staged, @Nullable MemorySegment target, String what, long bytes) {
    try {
      flushed(code, what, bytes);
    } catch (RuntimeException e) {
      if (staged != null && !driver.isGone()) {
        driver.context().giveStaging(staged);
      }
      throw e;
    }
    return submissions.addCopy(ClEvent.in(lastEvent), staged, target);
  }

  /** {@return the ticket of what was enqueued with {@code lastEvent} as its last event} */
  private long enqueued(int code, boolean several, String what, long bytes) {
    flushed(code, what, bytes);
    return submissions.add(several ? ClEvent.in(firstEvent) : 0, ClEvent.in(lastEvent));
  }

  /** Sends on what was enqueued; if that failed, nothing of it runs any more. */
  private void flushed(int code, String what, long bytes) {
    if (code == ClError.SUCCESS) {
      code = ClCalls.flush(handle);
    }
    if (code != ClError.SUCCESS) {
      // Commands before the one that failed may still use memory that the caller will free.
      ClCalls.finish(handle);
      ClEvent.discard(firstEvent);
      ClEvent.discard(lastEvent);
      throw driver.failed(code, bytes == 0 ? what : what + " of " + bytes + " bytes");
    }
  }

  @Override
  public long completed() {
    return submissions.completed();
  }

  @Override
  public boolean await(long ticket, long nanos) throws InterruptedException {
    return submissions.await(ticket, nanos);
  }

  @Override
  public void timing(long ticket, TimingSink sink) {
    submissions.timing(ticket, sink);
  }

  /** Makes whoever waits look again: at a loss of the device. */
  void wakeAll() {
    submissions.wakeAll();
  }

  @Override
  public void close() {
    if (!submissions.close()) {
      return;
    }
    try {
      // Seen once: a call that begins from now on only learns that the stream is closed.
      boolean idle = submissions.awaitEnd(() -> !calling);
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
    submissions.releaseAll();
    submissions.giveAbandoned();
    clReleaseCommandQueue(queue);
    arena.close();
  }
}
