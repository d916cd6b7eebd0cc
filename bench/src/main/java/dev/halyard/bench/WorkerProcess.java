package dev.halyard.bench;

import dev.halyard.bench.side.SideRequest;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The process of one side, asked line by line as {@link dev.halyard.bench.side.Worker} says.
 *
 * <p>Between questions it is stopped by SIGSTOP, where that can be: threads that spin on for the
 * next call, as OpenBLAS's and OpenMP's do for 100 ms and more, would take a processor from the
 * next side. One with processes of its own, whose watchdogs would take a stop for a death, runs on.
 * A guard ends it when this process ends in whatever way: a stopped process does not see its input
 * close.
 */
final class WorkerProcess implements AutoCloseable {
  /** Compiling a large kernel on a busy machine takes a minute. */
  private static final Duration PREPARE_LIMIT = Duration.ofMinutes(5);

  private static final Duration RUN_LIMIT = Duration.ofMinutes(2);
  private static final Duration QUIT_LIMIT = Duration.ofSeconds(2);
  private static final int SHOWN_LINES = 3;

  private final Process process;
  private final Writer questions;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
  private final Path folder;
  private final File log;
  private final Runnable afterwards;
  private final @Nullable Process guard;
  private boolean stopped;

  private WorkerProcess(Process process, Path folder, File log, Runnable afterwards) {
    this.process = process;
    this.guard = shell("read -r _; kill -KILL " + process.pid());
    this.afterwards = afterwards;
    this.questions = process.outputWriter(StandardCharsets.UTF_8);
    this.folder = folder;
    this.log = log;
    Thread.ofVirtual().start(this::listen);
  }

  /** {@return a process of the shell; null where there is none, as on Windows} */
  private static @Nullable Process shell(String script) {
    try {
      return new ProcessBuilder("sh", "-c", script)
          .redirectOutput(Redirect.DISCARD)
          .redirectError(Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      return null;
    }
  }

  long pid() {
    return process.pid();
  }

  /**
   * Starts a process.
   *
   * @param command what to run
   * @param environment variables to set in it
   * @param folder for its log and its results
   */
  static WorkerProcess start(List<String> command, Map<String, String> environment, Path folder) {
    return start(command, environment, folder, () -> {});
  }

  /** As the other; when the process has been closed, something more is run. */
  static WorkerProcess start(
      List<String> command, Map<String, String> environment, Path folder, Runnable afterwards) {
    try {
      File log = Files.createTempFile(folder, "worker", ".log").toFile();
      ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.to(log));
      builder.environment().putAll(environment);
      return new WorkerProcess(builder.start(), folder, log, afterwards);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void listen() {
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      reader.lines().filter(line -> line.startsWith("@")).forEach(answers::add);
    } catch (IOException | UncheckedIOException _) {
      // The process is gone; what follows says so.
    }
    answers.add("@ended");
  }

  /** {@return what runs the case} */
  String prepare(SideRequest request) throws SideException, InterruptedException {
    return ask(request.line(), "ready", PREPARE_LIMIT);
  }

  /** {@return the nanoseconds that a number of runs took, after a while of others} */
  long run(long warmNanos, long count) throws SideException, InterruptedException {
    Duration limit = RUN_LIMIT.plusNanos(warmNanos);
    return Long.parseLong(ask("run " + warmNanos + " " + count, "nanos", limit));
  }

  /** {@return the result of the last run} */
  float[] output() throws SideException, InterruptedException {
    try {
      Path file = Files.createTempFile(folder, "output", ".f32");
      ask("output " + file, "written", RUN_LIMIT);
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      float[] values = new float[bytes.remaining() / Float.BYTES];
      bytes.asFloatBuffer().get(values);
      return values;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String ask(String question, String wanted, Duration limit)
      throws SideException, InterruptedException {
    goOn();
    try {
      questions.write(question + "\n");
      questions.flush();
    } catch (IOException e) {
      throw SideException.failed(death());
    }
    String answer = checked(answers.poll(limit.toMillis(), TimeUnit.MILLISECONDS), wanted, limit);
    stop();
    return answer;
  }

  private void stop() throws InterruptedException {
    stopped = guard != null && process.children().findAny().isEmpty() && signal("STOP");
  }

  private void goOn() throws InterruptedException {
    if (stopped) {
      stopped = !signal("CONT");
    }
  }

  /** {@return whether the signal was sent} */
  private boolean signal(String name) throws InterruptedException {
    // The shell's own kill: small systems have no other.
    Process sender = shell("kill -" + name + " " + process.pid());
    return sender != null && sender.waitFor() == 0;
  }

  private String checked(@Nullable String answer, String wanted, Duration limit)
      throws SideException, InterruptedException {
    if (answer == null) {
      process.destroyForcibly();
      throw SideException.failed("no answer within " + limit.toSeconds() + " s");
    }
    int space = answer.indexOf(' ');
    String word = answer.substring(1, space < 0 ? answer.length() : space);
    String rest = space < 0 ? "" : answer.substring(space + 1);
    if (word.equals(wanted)) {
      return rest;
    }
    throw switch (word) {
      case "absent" -> SideException.absent(rest);
      case "ended" -> SideException.failed(death());
      default -> SideException.failed(rest);
    };
  }

  private String death() throws InterruptedException {
    if (!process.waitFor(QUIT_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
      return "the process closed its output";
    }
    String last = lastWords();
    return "the process ended with exit code "
        + process.exitValue()
        + (last.isEmpty() ? "" : ": " + last);
  }

  private String lastWords() {
    try {
      List<String> lines =
          Files.readAllLines(log.toPath(), StandardCharsets.ISO_8859_1).stream()
              .filter(line -> !line.startsWith("WARNING: ")) // the JVM's remarks on its flags
              .toList();
      return lines.stream()
          .skip(Math.max(0, lines.size() - SHOWN_LINES))
          .map(String::strip)
          .collect(Collectors.joining(" / "));
    } catch (IOException e) {
      return "";
    }
  }

  /** Asks the process to end, and ends it if it does not. */
  @Override
  public void close() {
    try {
      goOn();
      questions.write("quit\n");
      questions.close();
    } catch (IOException _) {
      // It has ended already.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      if (!process.waitFor(QUIT_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    if (guard != null) {
      guard.destroyForcibly();
    }
    afterwards.run();
  }
}
