package dev.halyard.runtime.isolate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.DeviceLostException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both ends in one process. */
class PeerTests {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir Path folder;
  private SocketChannel near;
  private SocketChannel far;
  private final CompletableFuture<String> ended = new CompletableFuture<>();
  private final CountDownLatch answers = new CountDownLatch(1);

  @BeforeEach
  void connect() throws IOException {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("socket"));
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(address);
      near = SocketChannel.open(address);
      far = server.accept();
    }
  }

  @AfterEach
  void disconnect() throws IOException {
    answers.countDown();
    near.close();
    far.close();
  }

  private Peer start() {
    Peer peer =
        new Peer(
            near,
            (id, asked, in, out) -> {},
            work -> Thread.startVirtualThread(work),
            ended::complete);
    peer.start("near");
    return peer;
  }

  /** Sends back what it gets; a free and a compilation not before it may. */
  private void answer() {
    Peer.Handler handler =
        (id, asked, in, out) -> {
          if (asked == Request.COMPILE || asked == Request.FREE) {
            awaitPermission();
          }
          out.bytes(in.bytes());
        };
    new Peer(far, handler, work -> Thread.startVirtualThread(work), why -> {}).start("far");
  }

  private void awaitPermission() {
    try {
      answers.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static MessageWriter message(byte... content) {
    return new MessageWriter().bytes(content);
  }

  @Test
  void aMessageOfMegabytesComesBackWhole() {
    byte[] content = new byte[3_000_001];
    new SplittableRandom(1).nextBytes(content);
    answer();

    assertArrayEquals(content, start().call(Request.PROBE, message(content), LIMIT).bytes());
  }

  @Test
  void aLengthThatNothingFollowsEndsTheConnectionAndItsCalls() throws Exception {
    Peer peer = start();
    far.write(ByteBuffer.allocate(Integer.BYTES).putInt(1 << 30).flip());
    far.shutdownOutput();

    String why = ended.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    assertTrue(why.contains("a frame ends too early"), why);
    peer.lose(why);
    assertThrows(
        DeviceLostException.class, () -> peer.call(Request.PROBE, message((byte) 1), LIMIT));
  }

  @Test
  void aLostDeviceEndsWhatNeedsItAndGivesTheRestSomeTime() throws Exception {
    answer();
    Peer peer = start();
    CompletableFuture<MessageReader> compiling =
        CompletableFuture.supplyAsync(() -> peer.call(Request.COMPILE, message((byte) 1), LIMIT));
    CompletableFuture<MessageReader> freeing =
        CompletableFuture.supplyAsync(() -> peer.call(Request.FREE, message((byte) 2), LIMIT));
    peer.loseDevice("it fell off the bus", LIMIT);

    Throwable lost =
        assertThrows(
                ExecutionException.class, () -> compiling.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
            .getCause();
    assertEquals("it fell off the bus", lost.getMessage());
    assertThrows(
        DeviceLostException.class, () -> peer.call(Request.BIND, message((byte) 3), LIMIT));
    answers.countDown();
    assertArrayEquals(new byte[] {2}, freeing.get(LIMIT.toSeconds(), TimeUnit.SECONDS).bytes());
  }

  @Test
  void whatIsGivenBackToALostDeviceIsNotWaitedForLong() {
    answer();
    Peer peer = start();
    peer.loseDevice("it fell off the bus", Duration.ofMillis(50));

    assertThrows(TimeLimitException.class, () -> peer.call(Request.FREE, message((byte) 2), LIMIT));
  }

  @Test
  void aClaimOnANodeThatWasNotOfferedBreaksTheProtocol() {
    byte[] line =
        new MessageWriter().count(ClaimLine.WHOLE).count(1).count(7).number(-1).text("").toBytes();

    assertEquals(1, ClaimLine.read(new MessageReader(line), 8).nodes().size());
    assertThrows(ProtocolException.class, () -> ClaimLine.read(new MessageReader(line), 7));
  }
}
