package dev.halyard.runtime.isolate;

import dev.halyard.DeviceLostException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The connections of a child, as the application's side accepts them. */
record Connections(SocketChannel control, SocketChannel bellToChild, SocketChannel bellToParent) {
  /** The socket's name in the child's folder. */
  static final String SOCKET = "control";

  /** Waits for a child to connect. */
  static final class Door implements AutoCloseable {
    private final ServerSocketChannel server;
    private final CompletableFuture<Connections> accepted = new CompletableFuture<>();

    /** Opens the socket, and accepts on a thread of its own, which no interrupt reaches. */
    Door(Path folder) throws IOException {
      server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(UnixDomainSocketAddress.of(folder.resolve(SOCKET)));
      Thread.ofPlatform().daemon().name("halyard-isolated-accept").start(this::accept);
    }

    private void accept() {
      List<SocketChannel> channels = new ArrayList<>();
      try {
        for (int i = 0; i < Sockets.CONNECTIONS; i++) {
          SocketChannel channel = server.accept();
          channels.add(channel);
          Sockets.welcome(channel, i);
        }
        Connections all = new Connections(channels.get(0), channels.get(1), channels.get(2));
        if (!accepted.complete(all)) {
          channels.forEach(Sockets::close);
        }
      } catch (IOException | ProtocolException e) {
        channels.forEach(Sockets::close);
        fail(String.valueOf(e.getMessage()));
      }
    }

    /** Gives up. */
    void fail(String reason) {
      accepted.completeExceptionally(new DeviceLostException(reason));
    }

    /**
     * {@return the connections}
     *
     * @throws DeviceLostException if they are not there in time, or the child has gone
     */
    Connections await(Duration limit) {
      long deadline = System.nanoTime() + limit.toNanos();
      boolean interrupted = false;
      try {
        while (true) {
          try {
            return accepted.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
          } catch (InterruptedException e) {
            interrupted = true;
          } catch (TimeoutException e) {
            fail("its process did not connect within " + limit.toSeconds() + " s");
          } catch (ExecutionException e) {
            throw e.getCause() instanceof DeviceLostException lost
                ? new DeviceLostException(String.valueOf(lost.getMessage()), lost)
                : new DeviceLostException("its process did not connect: " + e.getCause(), e);
          }
        }
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }
}
