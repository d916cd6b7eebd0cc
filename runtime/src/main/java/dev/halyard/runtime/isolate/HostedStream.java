package dev.halyard.runtime.isolate;

import dev.halyard.HalyardException;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Stream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Serves a stream of the application: a thread takes slot after slot from its {@link Lane} to the
 * driver's stream, and says what is done.
 *
 * <p>Synchronous runs are carried out on this thread. Submissions are handed on, so that the device
 * may see several at a time; with nothing more to hand on, the thread waits for the first of them.
 */
final class HostedStream {
  private static final int MASK = Lane.SLOTS - 1;

  /**
   * How long a wait for the device may keep the thread from the next slot: at first, and at most.
   * It doubles while the first submission has not ended: a slot that is filled meanwhile is taken
   * up to so much later, yet never later than that one ends. Many streams that looked again every
   * 100 us would leave the device no processor.
   */
  private static final long FIRST_AWAIT_NANOS = 100_000;

  private static final long LAST_AWAIT_NANOS = 10_000_000;

  private static final int LOOKS = 64;

  /** How long closing waits for a thread that the driver may never give back. */
  private static final Duration LAST_RUN = Duration.ofSeconds(1);

  private final int number;
  private final Stream stream;
  private final HostedDevice device;
  private final Peer peer;
  private final Bell bell;
  private final ByteBuffer rope;
  private final long spinNanos;
  private final Lane lane;
  private final Thread thread;

  /** By slot: the driver's ticket, with which the slot is done. */
  private final long[] tickets = new long[Lane.SLOTS];

  /** The slot handed on last, and the last that is done. Of the thread, read by others. */
  private volatile long taken;

  private volatile long done;

  private long awaitNanos = FIRST_AWAIT_NANOS;
  private long lastTicket;
  private long lastCompleted;

  /** The threads of streams that wait for this one. */
  private final Set<Thread> waiting = ConcurrentHashMap.newKeySet();

  private volatile boolean closing;
  private volatile @Nullable Throwable failure;

  HostedStream(
      int number,
      Path file,
      Stream stream,
      HostedDevice device,
      Peer peer,
      Bell bell,
      long spinNanos) {
    this.number = number;
    this.stream = stream;
    this.device = device;
    this.peer = peer;
    this.bell = bell;
    this.spinNanos = spinNanos;
    rope = Bell.rope(number);
    lane = new Lane(Hosted.map(file, Lane.BYTES, Arena.ofAuto()));
    thread =
        Thread.ofPlatform().daemon().name("halyard-isolated-stream-" + number).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  boolean hasFailed() {
    return failure != null;
  }

  void wake() {
    LockSupport.unpark(thread);
  }

  private void run() {
    try {
      while (true) {
        if (lane.submitted() > taken) {
          awaitNanos = FIRST_AWAIT_NANOS;
          take(taken + 1);
        } else if (done < taken) {
          awaitFirst();
        } else if (closing) {
          return;
        } else {
          idle();
        }
        publish();
      }
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  private void fail(Throwable thrown) {
    failure = thrown;
    wakeWaiting();
    peer.tell(Request.STREAM_FAILED, Failures.write(thrown, new MessageWriter().count(number)));
  }

  private void take(long slot) {
    int kind = lane.kind(slot);
    if (kind == Lane.WAIT) {
      awaitOther((int) lane.argument(slot, 0), lane.argument(slot, 1));
    } else if (lane.start(slot)) {
      hand(slot, kind);
    }
    tickets[(int) (slot & MASK)] = lastTicket;
    taken = slot;
  }

  private void hand(long slot, int kind) {
    switch (kind) {
      case Lane.EXECUTE -> stream.execute(device.binding(lane.argument(slot, 0)));
      case Lane.SUBMIT -> lastTicket = stream.submit(device.binding(lane.argument(slot, 0)));
      case Lane.UPLOAD -> lastTicket = stream.upload(staging(slot), staged(slot));
      case Lane.DOWNLOAD -> lastTicket = stream.download(staged(slot), staging(slot));
      case Lane.COPY -> lastTicket = copy(slot);
      default -> throw new ProtocolException("there is no submission of kind " + kind);
    }
  }

  private MemorySegment staging(long slot) {
    return device.memory().staging(lane.argument(slot, 0), lane.argument(slot, 3));
  }

  private MemorySlice staged(long slot) {
    return device
        .memory()
        .slice(lane.argument(slot, 1), lane.argument(slot, 2), lane.argument(slot, 3));
  }

  private long copy(long slot) {
    long bytes = lane.argument(slot, 4);
    HostedMemory memory = device.memory();
    return stream.copy(
        memory.slice(lane.argument(slot, 0), lane.argument(slot, 1), bytes),
        memory.slice(lane.argument(slot, 2), lane.argument(slot, 3), bytes));
  }

  /** The other stream's thread may be ahead of the driver or behind it: its tickets tell. */
  private void awaitOther(int other, long ticket) {
    HostedStream before = device.streamToWaitFor(other);
    if (before == null) {
      return;
    }
    before.waiting.add(thread);
    try {
      while (before.lane.completed() < ticket) {
        requireWorking(before);
        publish();
        if (done < taken) {
          awaitFirst();
        } else {
          LockSupport.parkNanos(this, LAST_AWAIT_NANOS);
          boolean _ = Thread.interrupted();
        }
      }
    } finally {
      before.waiting.remove(thread);
    }
  }

  private static void requireWorking(HostedStream before) {
    Throwable theirs = before.failure;
    if (theirs != null) {
      throw theirs instanceof RuntimeException unchecked
          ? unchecked
          : new HalyardException("the stream that was waited for failed: " + theirs, theirs);
    }
  }

  /** Shows what the driver has completed since. */
  private void publish() {
    if (done == taken) {
      return;
    }
    long reached = stream.completed();
    long slot = done;
    while (slot < taken && tickets[(int) ((slot + 1) & MASK)] <= reached) {
      slot++;
      lastCompleted = Math.max(lastCompleted, lane.ticket(slot));
    }
    if (slot > done) {
      done = slot;
      if (lane.complete(slot, lastCompleted)) {
        bell.ring(rope);
      }
      wakeWaiting();
    }
  }

  private void wakeWaiting() {
    if (!waiting.isEmpty()) {
      waiting.forEach(LockSupport::unpark);
    }
  }

  private void awaitFirst() {
    try {
      long first = tickets[(int) ((done + 1) & MASK)];
      boolean over = stream.await(first, awaitNanos);
      awaitNanos = over ? FIRST_AWAIT_NANOS : Math.min(2 * awaitNanos, LAST_AWAIT_NANOS);
    } catch (InterruptedException stray) {
      // Whoever it was meant for, this thread goes on.
    }
  }

  /** Waits for a slot, or for {@link #wake}. */
  private void idle() {
    long start = System.nanoTime();
    do {
      for (int i = 0; i < LOOKS; i++) {
        if (lane.submitted() > taken || closing) {
          return;
        }
        Thread.onSpinWait();
      }
    } while (System.nanoTime() - start < spinNanos);
    lane.parkChild();
    if (lane.submitted() == taken && !closing) {
      LockSupport.park(this);
    }
    lane.unparkChild();
    boolean _ = Thread.interrupted();
  }

  /** {@return whether the driver will pass over a submission that was handed to it} */
  boolean cancel(long ticket) {
    for (long slot = done + 1; slot <= taken; slot++) {
      if (lane.ticket(slot) == ticket) {
        return stream.cancel(tickets[(int) (slot & MASK)]);
      }
    }
    return false;
  }

  List<TimingPart> timing(long ticket) {
    List<TimingPart> parts = new ArrayList<>();
    TimingPart.Collector collector = parts::add;
    for (long slot = Math.max(1, done - MASK); slot <= done; slot++) {
      if (lane.ticket(slot) == ticket) {
        stream.timing(tickets[(int) (slot & MASK)], collector);
        break;
      }
    }
    return parts;
  }

  /**
   * Ends the thread when what was submitted has ended, and closes the driver's stream. A thread
   * that has failed or hangs at a lost device is not waited for.
   */
  void close() {
    closing = true;
    wake();
    try {
      while (!thread.join(LAST_RUN) && !device.isLost()) {
        wake();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    stream.close();
  }
}
