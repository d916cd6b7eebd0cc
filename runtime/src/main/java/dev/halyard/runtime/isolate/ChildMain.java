package dev.halyard.runtime.isolate;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The child's side: connects to the application, and serves it until the connection ends, which is
 * also how it learns that the application has died. It never outlives it.
 */
public final class ChildMain {
  private ChildMain() {}

  /**
   * Serves one application.
   *
   * @param args the private folder
   * @throws IOException if the application cannot be reached
   * @throws InterruptedException never; nobody interrupts the main thread
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path folder = Path.of(args[0]);
    try {
      serve(folder);
    } catch (IOException e) {
      // The application died before this process could connect, and has left its folder.
      SharedFolder.delete(folder);
      throw e;
    }
    // Only the end of the connection ends the process: a plugin may leave any threads behind.
    new CountDownLatch(1).await();
  }

  private static void serve(Path folder) throws IOException {
    SocketChannel control = connect(folder, Sockets.CONTROL);
    SocketChannel bellToChild = connect(folder, Sockets.BELL_TO_CHILD);
    Bell bell = new Bell(connect(folder, Sockets.BELL_TO_PARENT));
    ExecutorService executor =
        Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("halyard-isolated-call-", 0).factory());
    Hosted hosted = new Hosted(folder, bell);
    Peer peer = new Peer(control, hosted, executor, why -> end(folder));
    hosted.connect(peer);
    Bell.listen("halyard-isolated-bell", bellToChild, hosted::wake);
    peer.start("halyard-isolated");
  }

  private static SocketChannel connect(Path folder, int connection) throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(folder.resolve(Connections.SOCKET)));
    Sockets.greet(channel, connection);
    return channel;
  }

  /**
   * Ends without shutdown hooks, since a plugin may hang in one. An application that was killed has
   * left its folder; one that lives removes it itself, and finds it gone.
   */
  private static void end(Path folder) {
    Descendants.end(folder);
    SharedFolder.delete(folder);
    ImmediateEnd.now();
  }
}
