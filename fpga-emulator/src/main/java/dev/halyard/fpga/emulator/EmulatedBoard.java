package dev.halyard.fpga.emulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.halyard.DeviceLostException;
import dev.halyard.PluginException;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A board that is a process of its own: started here, used by XRT's shim in whatever process has
 * {@link BoardFolder#environment}, and gone with all its files at close. The process ends by itself
 * when the shim closes the device or goes, and when this process does; it then deletes the files.
 */
final class EmulatedBoard implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration COMMAND = Duration.ofSeconds(2);
  private static final long END_MILLIS = 2000;

  private final BoardFolder folder;
  private final Process process;
  private final Writer commands;
  private final EventLog log;
  private final CompletableFuture<Void> cleanUp;
  private volatile boolean closing;

  private EmulatedBoard(BoardFolder folder, Process process) {
    this.folder = folder;
    this.process = process;
    commands = process.outputWriter(UTF_8);
    log = new EventLog(process.inputReader(UTF_8));
    cleanUp = process.onExit().thenAccept(ended -> deleteIfKilled(folder, ended));
  }

  /**
   * Deletes what a killed process leaves, at once: with it gone, the shim may hang, and with the
   * shim this process, so that nobody comes to close the board.
   */
  private static void deleteIfKilled(BoardFolder folder, Process ended) {
    if (ended.exitValue() == 0) {
      return;
    }
    try {
      folder.delete();
    } catch (IOException e) {
      // The close tries again, and says so.
    }
  }

  /**
   * Starts a board.
   *
   * @param folder its folder, which does not exist
   * @param xrt the folder that holds XRT's libraries
   * @param designs the designs that were built, by the SHA-256 of their RTL
   * @return the board, which waits for a shim
   * @throws PluginException if it does not start
   */
  static EmulatedBoard start(BoardFolder folder, Path xrt, Map<String, Path> designs) {
    return start(folder, xrt, designs, DeviceMain.class);
  }

  /** Starts a board whose process has another main class, for more models. */
  static EmulatedBoard start(
      BoardFolder folder, Path xrt, Map<String, Path> designs, Class<?> main) {
    BoardFolder.sweep();
    try {
      folder.create(xrt, designs);
    } catch (IOException e) {
      throw failed(folder, "cannot be made", e.toString());
    }
    try {
      return ready(new EmulatedBoard(folder, DeviceCommand.of(main, folder.path()).start()));
    } catch (IOException e) {
      PluginException failure = failed(folder, "cannot be started", e.toString());
      deleteAfter(folder, failure);
      throw failure;
    }
  }

  private static EmulatedBoard ready(EmulatedBoard board) {
    try {
      board.log.await(Event.READY, 1, START);
      return board;
    } catch (TimeoutException e) {
      PluginException failure =
          failed(board.folder, "does not start", String.join("; ", board.log.lines()));
      board.close();
      throw failure;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      board.close();
      throw failed(board.folder, "was interrupted", "");
    }
  }

  private static PluginException failed(BoardFolder folder, String what, String why) {
    return new PluginException(
        "the emulated board in %s %s: %s".formatted(folder.path(), what, why));
  }

  private static void deleteAfter(BoardFolder folder, PluginException failure) {
    try {
      folder.delete();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /** {@return the folder of its files} */
  Path folder() {
    return folder.path();
  }

  /** {@return the units of the image that was loaded last: name, rtl or model, and why} */
  List<String> units() {
    return log.texts(Event.UNIT);
  }

  /** {@return the last lines that the process wrote, for error messages} */
  List<String> lines() {
    return log.lines();
  }

  /**
   * Waits for an end of the process that was not asked for by {@link #expectEnd} or {@link #close}.
   *
   * @param listener gets the reason
   */
  @SuppressWarnings("FutureReturnValueIgnored") // the listener does not throw
  void onUnexpectedEnd(Consumer<String> listener) {
    process
        .onExit()
        .thenAccept(
            ended -> {
              if (!closing) {
                listener.accept(
                    "the process %d of the emulated board has ended with %d; it said last: %s"
                        .formatted(ended.pid(), ended.exitValue(), lastLine()));
              }
            });
  }

  private String lastLine() {
    List<String> lines = log.lines();
    return lines.isEmpty() ? "nothing" : lines.getLast();
  }

  /** The shim is about to close the device, and with it the process ends. */
  void expectEnd() {
    closing = true;
  }

  /** {@return the process} */
  ProcessHandle process() {
    return process.toHandle();
  }

  /**
   * Lets something go wrong, once; when this returns, it waits for its moment.
   *
   * @throws DeviceLostException if the process is gone
   */
  void inject(Fault fault) {
    int before = log.count(Event.ARMED);
    try {
      commands.write(fault.text() + "\n");
      commands.flush();
      log.await(Event.ARMED, before + 1, COMMAND);
    } catch (IOException | TimeoutException e) {
      throw new DeviceLostException(
          "the emulated board takes no fault any more: %s; %s"
              .formatted(e.getMessage(), String.join("; ", log.lines())),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** {@return whether a fault has happened this many times or more, after some waiting} */
  boolean awaitFaults(int count, Duration patience) throws InterruptedException {
    try {
      log.await(Event.FAULT, count, patience);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  /** Ends the process and deletes the folder. */
  @Override
  public void close() {
    closing = true;
    try {
      commands.close();
    } catch (IOException gone) {
      // It ends by itself then.
    }
    boolean interrupted = false;
    try {
      if (!process.waitFor(END_MILLIS, TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor(END_MILLIS, TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      interrupted = true;
    }
    try {
      if (!process.isAlive()) {
        cleanUp.join();
      }
      folder.delete();
    } catch (IOException e) {
      throw new PluginException(
          "the files of an emulated board in %s cannot be deleted: %s; delete them"
              .formatted(folder.path(), e.getMessage()),
          e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
