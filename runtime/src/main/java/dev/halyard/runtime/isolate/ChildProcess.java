package dev.halyard.runtime.isolate;

import dev.halyard.PluginException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The process of a child JVM, what it printed, and its end. */
final class ChildProcess {
  private static final Duration LAST_WORDS = Duration.ofMillis(200);

  private final Process process;
  private final Path folder;
  private final BoundedLog log = new BoundedLog();
  private final Thread logging;

  private ChildProcess(Process process, Path folder) {
    this.process = process;
    this.folder = folder;
    logging = log.follow("halyard-isolated-log-" + process.pid(), process.getInputStream());
  }

  /**
   * Starts a child.
   *
   * @param folder its private folder
   * @param environment what it wants beside this process's environment
   * @throws PluginException if it cannot be started
   */
  static ChildProcess start(Path folder, Map<String, String> environment) {
    ProcessBuilder builder =
        new ProcessBuilder(ChildCommand.of(folder))
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder.environment().putAll(environment);
    builder.environment().put(Descendants.MARK, folder.toString());
    try {
      return new ChildProcess(builder.start(), folder);
    } catch (IOException e) {
      throw new PluginException("a plugin's process cannot be started: " + e.getMessage(), e);
    }
  }

  long pid() {
    return process.pid();
  }

  /** Tells, once, why the process has ended. */
  @SuppressWarnings("FutureReturnValueIgnored") // the listener does not throw
  void onExit(Consumer<String> listener) {
    process.onExit().thenAccept(ended -> listener.accept(obituary()));
  }

  /** {@return why the process has ended; empty if it has not within some time} */
  Optional<String> obituary(Duration limit) {
    try {
      return process.waitFor(limit) ? Optional.of(obituary()) : Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** Ends the process at once, without waiting for its end. */
  void kill() {
    process.destroyForcibly();
  }

  /** {@return why the process has ended, with the end of what it printed} */
  private String obituary() {
    join(logging, LAST_WORDS);
    int code = process.exitValue();
    // As shells and the JDK have it: 128 and the signal's number.
    String how = code > 128 ? "was killed by signal " + (code - 128) : "ended with code " + code;
    return "its process " + pid() + " " + how + quote();
  }

  /** {@return the end of what the process printed, to append to a message} */
  String quote() {
    String tail = log.tail();
    return tail.isEmpty() ? "" : "; it printed last:\n" + tail.indent(2).stripTrailing();
  }

  private static void join(Thread thread, Duration limit) {
    try {
      thread.join(limit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the process, if it does not end by itself in time, and all that it started. */
  void end(Duration grace) {
    boolean interrupted = false;
    long deadline = System.nanoTime() + grace.toNanos();
    while (true) {
      try {
        if (!process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    Descendants.end(folder);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
