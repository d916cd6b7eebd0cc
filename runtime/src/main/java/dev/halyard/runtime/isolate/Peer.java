package dev.halyard.runtime.isolate;

import dev.halyard.DeviceLostException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One end of the control socket. Both ends call, tell and answer.
 *
 * <pre>
 * frame = length:int kind:byte request:byte id:long within:long body     length counts what follows
 * </pre>
 *
 * {@code id} is the caller's number of the call that a frame makes or answers; {@code within} is
 * the other side's call as part of which a call is made, 0 if none: such a call is answered by the
 * thread that waits for the other, so that it sees the interrupts of that thread.
 *
 * <p>Frames are written by a thread of their own: an interrupt of a thread that writes would close
 * the channel.
 */
final class Peer {
  private static final byte CALL = 1;
  private static final byte TELL = 2;
  private static final byte RESULT = 3;
  private static final byte FAILURE = 4;
  private static final int HEADER = 18;

  /** Past any graph or artefact, and short of what a corrupted length asks for. */
  private static final int MAX_FRAME = 1 << 30;

  /** What the JDK copies to native memory at a time. */
  private static final int PIECE = 1 << 16;

  /** Ends the writing thread. */
  private static final ByteBuffer END = ByteBuffer.allocate(0);

  private final SocketChannel channel;
  private final Handler handler;
  private final Executor executor;
  private final Consumer<String> closed;
  private final BlockingQueue<ByteBuffer> outgoing = new LinkedBlockingQueue<>();
  private final Map<Long, Call> calls = new ConcurrentHashMap<>();
  private final AtomicLong ids = new AtomicLong();
  private volatile @Nullable String lost;

  /** Why calls that need the device fail, while the other side still answers. */
  private volatile @Nullable String deviceLost;

  private volatile Duration patience = Duration.ofDays(365);

  /** Answers calls of the other side. */
  @FunctionalInterface
  interface Handler {
    /** Carries a request out, and writes the answer; what it throws goes to the other side. */
    void handle(long id, Request request, MessageReader in, MessageWriter out);
  }

  /** A call that waits for its answer. */
  private record Call(Request request, BlockingQueue<Frame> frames) {}

  private record Frame(byte kind, Request request, long id, MessageReader body) {}

  /**
   * Makes an end, which {@link #start} sets going.
   *
   * @param channel the connection, in blocking mode
   * @param handler answers calls that belong to no call of this side; told things on the reading
   *     thread, which must not wait for an answer from the other side
   * @param executor runs the calls
   * @param closed receives why the connection has ended, once
   */
  Peer(SocketChannel channel, Handler handler, Executor executor, Consumer<String> closed) {
    this.channel = channel;
    this.handler = handler;
    this.executor = executor;
    this.closed = closed;
  }

  void start(String name) {
    Thread.ofPlatform().daemon().name(name + "-reader").start(this::read);
    Thread.ofPlatform().daemon().name(name + "-writer").start(this::write);
  }

  /** Calls with nobody to answer calls that the other side makes within this one. */
  MessageReader call(Request request, MessageWriter body, Duration limit) {
    return call(request, body, limit, 0, (id, asked, in, out) -> {});
  }

  /** Calls as part of a call of the other side. */
  MessageReader callWithin(long within, Request request, MessageWriter body, Duration limit) {
    return call(request, body, limit, within, (id, asked, in, out) -> {});
  }

  /**
   * Calls the other side, and waits for its answer whatever interrupts.
   *
   * @param within see {@link Peer}
   * @param nested answers the calls that the other side makes within this one, on this thread
   * @return the answer
   * @throws DeviceLostException if the other side goes
   * @throws TimeLimitException if it does not answer in time
   * @throws RuntimeException what the other side threw
   */
  MessageReader call(
      Request request, MessageWriter body, Duration limit, long within, Handler nested) {
    long id = ids.incrementAndGet();
    Call call = new Call(request, new LinkedBlockingQueue<>());
    calls.put(id, call);
    try {
      requireAlive(request);
      send(CALL, request, id, within, body);
      return await(call, limit, nested);
    } finally {
      calls.remove(id);
    }
  }

  private MessageReader await(Call call, Duration limit, Handler nested) {
    long start = System.nanoTime();
    long deadline = start + Math.min(limit.toNanos(), patience.toNanos());
    boolean interrupted = false;
    try {
      while (true) {
        Frame frame;
        try {
          frame = call.frames.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
          continue;
        }
        if (frame == null) {
          requireAlive(call.request);
          long seconds = TimeUnit.NANOSECONDS.toSeconds(deadline - start);
          throw new TimeLimitException(call.request + " took more than " + seconds + " s");
        }
        switch (frame.kind) {
          case RESULT -> {
            return frame.body;
          }
          case FAILURE -> throw Failures.read(frame.body);
          case CALL -> interrupted = answerWithin(frame, nested, interrupted);
          default -> {
            requireAlive(call.request);
            deadline = Math.min(deadline, System.nanoTime() + patience.toNanos());
          }
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** {@return whether the thread is interrupted; for the time of the answer its flag says so} */
  private boolean answerWithin(Frame frame, Handler nested, boolean interrupted) {
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    answer(frame, nested);
    return Thread.interrupted();
  }

  private void answer(Frame frame, Handler by) {
    MessageWriter out = new MessageWriter();
    try {
      by.handle(frame.id, frame.request, frame.body, out);
    } catch (RuntimeException | Error e) {
      send(FAILURE, frame.request, frame.id, 0, Failures.write(e, new MessageWriter()));
      return;
    }
    send(RESULT, frame.request, frame.id, 0, out);
  }

  /** Tells the other side something that has no answer. */
  void tell(Request request, MessageWriter body) {
    send(TELL, request, 0, 0, body);
  }

  private void send(byte kind, Request request, long id, long within, MessageWriter body) {
    byte[] content = body.toBytes();
    ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + HEADER + content.length);
    frame.putInt(HEADER + content.length).put(kind).put(request.code());
    frame.putLong(id).putLong(within).put(content);
    outgoing.add(frame.flip());
  }

  private void requireAlive(Request request) {
    String why = lost == null && request.needsDevice() ? deviceLost : lost;
    if (why != null) {
      throw new DeviceLostException(why);
    }
  }

  /** Ends every call in waiting, and those to come, with a loss; the first reason stands. */
  void lose(String reason) {
    synchronized (this) {
      if (lost != null) {
        return;
      }
      lost = reason;
    }
    wakeCalls();
  }

  /**
   * Ends every call in waiting that needs the device, and those to come, with its loss.
   *
   * @param rest how long the other calls may still take, each
   */
  void loseDevice(String reason, Duration rest) {
    patience = rest;
    deviceLost = reason;
    wakeCalls();
  }

  private void wakeCalls() {
    Frame wake = new Frame((byte) 0, Request.LOST, 0, new MessageReader(new byte[0]));
    calls.values().forEach(call -> call.frames.add(wake));
  }

  @SuppressWarnings("ReferenceEquality") // the end is an object of its own
  private void write() {
    try {
      for (ByteBuffer frame = outgoing.take(); frame != END; frame = outgoing.take()) {
        int end = frame.limit();
        while (frame.position() < end) {
          frame.limit(Math.min(end, frame.position() + PIECE));
          Sockets.write(channel, frame);
        }
      }
    } catch (IOException | InterruptedException e) {
      // The reading thread sees the end of the connection, and says so.
    }
    Sockets.close(channel);
  }

  private void read() {
    String why = "the connection was closed";
    try {
      ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);
      while (Sockets.read(channel, length)) {
        dispatch(body(length.getInt()));
        length.clear();
      }
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      why = "the connection failed: " + e.getMessage();
    }
    Sockets.close(channel);
    closed.accept(why);
  }

  /** The memory grows with what has come: a corrupt length alone costs nothing. */
  private ByteBuffer body(int length) throws IOException {
    if (length < HEADER || length > MAX_FRAME) {
      throw new ProtocolException("a frame of " + length + " bytes");
    }
    ByteBuffer frame = ByteBuffer.allocate(Math.min(length, PIECE));
    while (frame.position() < length) {
      if (!frame.hasRemaining()) {
        frame = grown(frame, length);
      }
      int end = frame.limit();
      frame.limit(Math.min(end, frame.position() + PIECE));
      if (channel.read(frame) < 0) {
        throw new ProtocolException("a frame ends too early");
      }
      frame.limit(end);
    }
    return frame.flip();
  }

  private static ByteBuffer grown(ByteBuffer full, int length) {
    int size = (int) Math.min(length, 2L * full.capacity());
    return ByteBuffer.allocate(size).put(full.flip());
  }

  private void dispatch(ByteBuffer in) {
    byte kind = in.get();
    Request request = Request.of(in.get());
    long id = in.getLong();
    long within = in.getLong();
    byte[] body = new byte[in.remaining()];
    in.get(body);
    Frame frame = new Frame(kind, request, id, new MessageReader(body));
    switch (kind) {
      case TELL -> handler.handle(0, request, frame.body, new MessageWriter());
      case CALL -> accept(frame, within);
      case RESULT, FAILURE -> deliver(id, frame);
      default -> throw new ProtocolException("a frame of kind " + kind);
    }
  }

  private void accept(Frame frame, long within) {
    Call outer = within == 0 ? null : calls.get(within);
    if (outer != null) {
      outer.frames.add(frame);
    } else {
      executor.execute(() -> answer(frame, handler));
    }
  }

  /** An answer that comes after its call has given up is of no use. */
  private void deliver(long id, Frame frame) {
    Call call = calls.get(id);
    if (call != null) {
      call.frames.add(frame);
    }
  }

  /** Closes the connection once what was said before is written. */
  void close() {
    outgoing.add(END);
  }

  /** Closes the connection at once. */
  void abort() {
    Sockets.close(channel);
    outgoing.add(END);
  }
}
