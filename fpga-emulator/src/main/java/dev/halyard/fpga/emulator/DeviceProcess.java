package dev.halyard.fpga.emulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The device process: connects to the shim, serves it, and ends when either the shim or the starter
 * is gone. It reads faults from its standard input, a line each, and writes {@link Event}s to its
 * standard output.
 */
final class DeviceProcess {
  /** As long as the shim waits for a device process. */
  private static final long CONNECT_NANOS = TimeUnit.SECONDS.toNanos(300);

  private static final long RETRY_MILLIS = 5;

  /** How much longer than the shim its process, which may be the starter, takes to end. */
  private static final long STARTER_MILLIS = 500;

  private final BoardFolder folder;
  private final InputStream commands;
  private final Events events;
  private final FaultInjector faults;
  private final UnitFactory factory;
  private final CountDownLatch starterGone = new CountDownLatch(1);

  /**
   * Makes the process.
   *
   * @param folder of the board
   * @param designs which were built
   * @param models of units, by name
   * @param commands what the starter says
   * @param events where to say what happens
   */
  DeviceProcess(
      BoardFolder folder,
      UnitFactory.Designs designs,
      Map<String, Supplier<Unit>> models,
      InputStream commands,
      PrintStream events) {
    this.folder = folder;
    this.commands = commands;
    this.events = (event, text) -> events.println(event.line(text));
    faults = new FaultInjector(this.events);
    factory = new UnitFactory(designs, models, this.events);
  }

  /**
   * Runs until it is over; the process should then end, whatever its threads do.
   *
   * @param initialFaults to arm at first, with semicolons between; null: none
   */
  void run(@Nullable String initialFaults) {
    if (initialFaults != null) {
      for (String fault : initialFaults.split(";", -1)) {
        command(fault);
      }
    }
    Runtime.getRuntime().addShutdownHook(new Thread(this::deleteFolder, "delete"));
    Thread.ofPlatform().daemon().name("commands").start(this::listen);
    events.say(Event.READY, folder.socket().toString());
    String why = connectAndServe();
    events.say(Event.END, why);
    deleteFolderIfAbandoned(why);
  }

  private String connectAndServe() {
    SocketChannel socket = connect();
    if (socket == null) {
      return "no shim has come";
    }
    try (ShimChannel channel = new ShimChannel(socket);
        Device device = new Device(folder.path(), factory, faults, events)) {
      events.say(Event.CONNECTED, folder.socket().toString());
      return new DeviceServer(channel, new ShimCalls(device, events), faults).serve();
    } catch (IOException e) {
      return "the socket did not close: " + e.getMessage();
    }
  }

  /** {@return the connection to the shim, which listens later than this process starts} */
  private @Nullable SocketChannel connect() {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.socket());
    long start = System.nanoTime();
    try {
      while (System.nanoTime() - start < CONNECT_NANOS) {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
          channel.connect(address);
          return channel;
        } catch (IOException nobodyYet) {
          channel.close();
          Thread.sleep(RETRY_MILLIS);
        }
      }
    } catch (IOException e) {
      events.say(Event.REFUSED, "no socket can be made: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return null;
  }

  /** Follows the starter's commands until it is gone, which ends the process. */
  private void listen() {
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(commands, UTF_8))) {
      String line = lines.readLine();
      while (line != null) {
        command(line);
        line = lines.readLine();
      }
    } catch (IOException gone) {
      // As at the end of the lines.
    }
    starterGone.countDown();
    deleteFolder();
    Runtime.getRuntime().halt(0);
  }

  private void command(String text) {
    try {
      faults.arm(Fault.parse(text));
    } catch (IllegalArgumentException e) {
      events.say(Event.REFUSED, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Deletes the board's folder where its starter may not live to do it: if the shim has not closed
   * the device, its process is gone or hangs for good, and is mostly the starter.
   */
  private void deleteFolderIfAbandoned(String why) {
    try {
      if (!why.equals(DeviceServer.CLOSED)
          || starterGone.await(STARTER_MILLIS, TimeUnit.MILLISECONDS)) {
        deleteFolder();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void deleteFolder() {
    try {
      folder.delete();
    } catch (IOException e) {
      events.say(Event.REFUSED, folder.path() + " cannot be deleted: " + e.getMessage());
    }
  }
}
