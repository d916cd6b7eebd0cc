package dev.halyard.runtime.isolate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/**
 * Wakes the other side of a stream that has said it would park. One side of a connection rings, the
 * other has a thread of its own to listen. Ringing neither blocks nor allocates, and an interrupt
 * of the ringing thread does not close the channel, since it is a non-blocking one.
 */
final class Bell {
  private final SocketChannel channel;

  /** Takes over the ringing side of a connection. */
  Bell(SocketChannel channel) throws IOException {
    this.channel = channel;
    channel.configureBlocking(false);
  }

  /** {@return what {@link #ring} takes; of one thread at a time} */
  static ByteBuffer rope(int stream) {
    return ByteBuffer.allocateDirect(Integer.BYTES).putInt(0, stream);
  }

  /** Wakes a stream. A side that has gone needs no waking: its watchdog sees it. */
  void ring(ByteBuffer rope) {
    rope.rewind();
    try {
      while (rope.hasRemaining() && channel.write(rope) >= 0) {
        if (rope.hasRemaining()) {
          Thread.onSpinWait();
        }
      }
    } catch (IOException e) {
      rope.rewind();
    }
  }

  void close() {
    Sockets.close(channel);
  }

  /** Told which stream is to wake. */
  @FunctionalInterface
  interface Listener {
    void wake(int stream);
  }

  /** Listens on the other side of a connection until it ends. */
  static void listen(String thread, SocketChannel channel, Listener listener) {
    Thread.ofPlatform().daemon().name(thread).start(() -> listen(channel, listener));
  }

  private static void listen(SocketChannel channel, Listener listener) {
    ByteBuffer bells = ByteBuffer.allocateDirect(1024);
    try {
      while (channel.read(bells) >= 0) {
        bells.flip();
        while (bells.remaining() >= Integer.BYTES) {
          listener.wake(bells.getInt());
        }
        bells.compact();
      }
    } catch (IOException e) {
      // The connection has ended; what follows from that is the business of the control socket.
    }
    Sockets.close(channel);
  }
}
