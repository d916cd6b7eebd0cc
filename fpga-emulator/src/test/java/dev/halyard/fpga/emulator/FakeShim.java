package dev.halyard.fpga.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The shim's side of the protocol, with frames made by hand. It never waits for ever: what a test
 * waits for comes in seconds, or the test fails.
 */
final class FakeShim implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ServerSocketChannel server;
  private final Selector selector;
  private SocketChannel channel;

  private FakeShim(ServerSocketChannel server, Selector selector) {
    this.server = server;
    this.selector = selector;
  }

  /** {@return a shim that listens at a socket} */
  static FakeShim listen(Path socket) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    return new FakeShim(server, Selector.open());
  }

  /** Waits for the device process. */
  FakeShim accept() throws IOException {
    try (Selector accepting = Selector.open()) {
      server.configureBlocking(false);
      server.register(accepting, SelectionKey.OP_ACCEPT);
      assertTrue(accepting.select(PATIENCE.toMillis()) > 0, "no device process comes");
      channel = server.accept();
    }
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ);
    return this;
  }

  /** {@return the reply to a call} */
  <T extends MessageLite> T call(int api, MessageLite message, Parser<T> reply) throws IOException {
    return parse(call(api, message.toByteArray()), reply);
  }

  /** {@return the bytes of the reply to a call} */
  byte[] call(int api, byte[] message) throws IOException {
    send(api, message);
    return reply(PATIENCE).orElseThrow(() -> new AssertionError("no reply to call " + api));
  }

  static <T extends MessageLite> T parse(byte[] bytes, Parser<T> reply) {
    try {
      return reply.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("a reply is not what the shim requires", e);
    }
  }

  /** Sends a call and waits for nothing. */
  void send(int api, byte[] message) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(14 + message.length).order(ByteOrder.LITTLE_ENDIAN);
    frame.put((byte) 0x09).putLong(message.length);
    frame.put((byte) 0x15).putInt(api);
    send(frame.put(message).array());
  }

  /** Sends bytes that may be no call; nobody may be there to take them. */
  void send(byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (buffer.hasRemaining() && System.nanoTime() < until) {
      if (channel.write(buffer) == 0) {
        Thread.onSpinWait();
      }
    }
  }

  /** {@return the message of the next reply; empty if none comes in time, or the device is gone} */
  Optional<byte[]> reply(Duration patience) throws IOException {
    Optional<ByteBuffer> header = read(9, patience);
    if (header.isEmpty()) {
      return Optional.empty();
    }
    assertEquals(0x09, header.get().get(), "the tag of a reply's header");
    return read(Math.toIntExact(header.get().getLong()), patience).map(ByteBuffer::array);
  }

  /** {@return how many bytes come of a reply that promises some, within some time} */
  int brokenOff(int promised, Duration patience) throws IOException {
    ByteBuffer header = read(9, PATIENCE).orElseThrow();
    assertEquals(promised, header.position(1).getLong());
    int bytes = 0;
    while (read(1, patience).isPresent()) {
      bytes++;
    }
    return bytes;
  }

  /** {@return whether the device ends the stream in time} */
  boolean isGone(Duration patience) throws IOException {
    return read(1, patience).isEmpty() && channel.read(ByteBuffer.allocate(1)) < 0;
  }

  private Optional<ByteBuffer> read(int bytes, Duration patience) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long until = System.nanoTime() + patience.toNanos();
    while (buffer.hasRemaining()) {
      int got = channel.read(buffer);
      long left = (until - System.nanoTime()) / 1_000_000;
      if (got < 0 || (got == 0 && left <= 0)) {
        return Optional.empty();
      }
      if (got == 0) {
        selector.select(left);
        selector.selectedKeys().clear();
      }
    }
    return Optional.of(buffer.flip());
  }

  /** Goes without a close. */
  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
    selector.close();
    server.close();
  }
}
