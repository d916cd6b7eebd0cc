package dev.halyard.runtime.isolate;

import dev.halyard.DeviceLostException;
import dev.halyard.PluginException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A child process as the application sees it: connected, watched, and lost for good when it dies,
 * falls silent, breaks the protocol or does not answer. A loss ends whatever waits for it.
 */
final class Child {
  /** JVMs start in half a second; a machine under load takes its time. */
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  /** For answers that take no work of a device. */
  static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);

  /**
   * How long a child may take to end when told to, and its end to be seen when its socket closes.
   */
  private static final Duration GRACE = Duration.ofSeconds(1);

  /** Runs what the child calls outside of calls to it. */
  private static final Executor ANSWERS =
      work -> Thread.ofPlatform().daemon().name("halyard-isolated-answer").start(work);

  /**
   * How a child is started.
   *
   * @param plugin the plugin's id
   * @param origin how the child makes the plugin
   * @param settings of isolation
   * @param environment what the plugin asks for beside this process's
   * @param properties system properties that begin with {@code halyard.}
   * @param configuration the plugin's own
   */
  record Launch(
      String plugin,
      PluginOrigin origin,
      IsolationSettings settings,
      Map<String, String> environment,
      Map<String, String> properties,
      Map<String, String> configuration) {}

  /** What a child reports; called on threads of the connection, which it must not hold up. */
  interface Events {
    /** Answers a request of the child's outside of calls to it. */
    void handle(Request request, MessageReader in, MessageWriter out);

    /** Whoever is parked at a stream has something to see. */
    void wake(int stream);

    /** The child has gone; called once. */
    void lost(String reason);

    /** A few times in a second. */
    void tick();
  }

  private final Launch launch;
  private final Events events;
  private final SharedFolder folder;
  private final ChildProcess process;
  private final Peer peer;
  private final Bell bell;
  private volatile @Nullable String lossReason;
  private volatile boolean closing;

  private Child(
      Launch launch,
      Events events,
      SharedFolder folder,
      ChildProcess process,
      Connections connections)
      throws IOException {
    this.launch = launch;
    this.events = events;
    this.folder = folder;
    this.process = process;
    bell = new Bell(connections.bellToChild());
    peer =
        new Peer(
            connections.control(),
            (id, request, in, out) -> events.handle(request, in, out),
            ANSWERS,
            this::disconnected);
    Bell.listen("halyard-isolated-bell-" + process.pid(), connections.bellToParent(), events::wake);
    peer.start("halyard-isolated-" + process.pid());
  }

  /**
   * Starts a child, which has made the plugin when this returns.
   *
   * @throws DeviceLostException if it dies or hangs before it has
   * @throws PluginException if it cannot be started, or cannot make the plugin
   */
  static Child start(Launch launch, Events events) {
    SharedFolder folder = SharedFolder.create(launch.settings.memoryFolder());
    ChildProcess process = null;
    Child child = null;
    boolean started = false;
    try (Connections.Door door = new Connections.Door(folder.path())) {
      process = ChildProcess.start(folder.path(), launch.environment);
      process.onExit(why -> door.fail("plugin " + launch.plugin + ": " + why));
      child = new Child(launch, events, folder, process, door.await(START_LIMIT));
      child.setUp();
      started = true;
      return child;
    } catch (IOException e) {
      throw new PluginException(
          "plugin " + launch.plugin + ": its process cannot be reached: " + e.getMessage(), e);
    } finally {
      if (!started) {
        abandon(child, process, folder);
      }
    }
  }

  private static void abandon(
      @Nullable Child child, @Nullable ChildProcess process, SharedFolder folder) {
    if (child != null) {
      child.kill();
      return;
    }
    if (process != null) {
      process.end(Duration.ZERO);
    }
    folder.close();
  }

  private void setUp() {
    SharedFolder.Shared heart = folder.allocate(Pulse.BYTES, Arena.ofAuto());
    MessageWriter out = new MessageWriter();
    launch.origin.write(out);
    out.texts(launch.properties).texts(launch.configuration);
    out.number(launch.settings.spinNanos()).text(heart.file());
    peer.call(Request.SETUP, out, START_LIMIT);
    folder.discard(heart.file());
    new Watchdog(new Pulse(heart.memory()), launch.settings.silence(), this::lose, this::tick)
        .start("halyard-isolated-watchdog-" + process.pid());
    process.onExit(this::lose);
  }

  /** {@return whether to go on watching} */
  private boolean tick() {
    if (closing || lossReason != null) {
      return false;
    }
    events.tick();
    return true;
  }

  private void disconnected(String why) {
    if (closing) {
      peer.lose(closed());
    } else {
      // A process that died closes its socket, and says more by its exit code.
      lose(
          process
              .obituary(GRACE)
              .orElse("the connection to its process " + process.pid() + " ended: " + why));
    }
  }

  private String closed() {
    return "plugin " + launch.plugin + ": its process is closed";
  }

  /** Gives the child up: it is killed, and all that waits for it fails. The first reason stands. */
  void lose(String why) {
    String reason = "plugin " + launch.plugin + ": " + why;
    synchronized (this) {
      if (closing || lossReason != null) {
        return;
      }
      lossReason = reason;
    }
    process.kill();
    peer.lose(reason);
    events.lost(reason);
  }

  /** The plugin says so, and its process lives on: what waits for the device fails. */
  void loseDevice(String reason, Duration rest) {
    peer.loseDevice(reason, rest);
  }

  SharedFolder folder() {
    return folder;
  }

  long spinNanos() {
    return launch.settings.spinNanos();
  }

  void ring(ByteBuffer rope) {
    bell.ring(rope);
  }

  /** Calls the child for something without a result. */
  void call(Request request, MessageWriter body) {
    call(request, body, ANSWER_LIMIT, answer -> answer);
  }

  /** Calls the child with nothing to ask within the call. */
  <T> T call(Request request, MessageWriter body, Function<MessageReader, T> read) {
    return call(request, body, ANSWER_LIMIT, read);
  }

  /** As the other, with a limit. */
  <T> T call(Request request, MessageWriter body, Duration limit, Function<MessageReader, T> read) {
    return call(request, body, limit, (id, asked, in, out) -> {}, read);
  }

  /**
   * Calls the child.
   *
   * @param nested answers what it asks within the call, on this thread
   * @param read reads the answer; what it throws is a fault of the child's
   * @throws DeviceLostException if it goes, does not answer in time, or breaks the protocol: it is
   *     lost then
   */
  <T> T call(
      Request request,
      MessageWriter body,
      Duration limit,
      Peer.Handler nested,
      Function<MessageReader, T> read) {
    MessageReader answer;
    try {
      answer = peer.call(request, body, limit, 0, nested);
    } catch (TimeLimitException e) {
      throw lost("its process hangs: ", e);
    } catch (ProtocolException e) {
      throw lost("its process broke the protocol: ", e);
    }
    try {
      return read.apply(answer);
    } catch (RuntimeException e) {
      throw lost("its process broke the protocol: ", e);
    }
  }

  private DeviceLostException lost(String what, RuntimeException cause) {
    String why = what + cause.getMessage();
    lose(why);
    return new DeviceLostException("plugin " + launch.plugin + ": " + why, cause);
  }

  /** Calls the child for something to be given back; of a child that has gone, nothing is left. */
  void release(Request request, MessageWriter body, Duration limit) {
    if (lossReason == null && !closing) {
      try {
        call(request, body, limit, answer -> answer);
      } catch (DeviceLostException e) {
        // It is gone with all that it held.
      }
    }
  }

  void tell(Request request, MessageWriter body) {
    peer.tell(request, body);
  }

  /** {@return why the child is lost; null while it is not} */
  @Nullable String lossReason() {
    return lossReason;
  }

  /** Ends the child: its driver, if any, is closed before. */
  void close() {
    synchronized (this) {
      closing = true;
    }
    peer.close();
    dispose(lossReason == null ? GRACE : Duration.ZERO);
    peer.lose(closed());
  }

  private void kill() {
    synchronized (this) {
      closing = true;
    }
    peer.abort();
    dispose(Duration.ZERO);
  }

  private void dispose(Duration grace) {
    bell.close();
    process.end(grace);
    folder.close();
  }
}
