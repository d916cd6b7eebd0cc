package dev.halyard.fpga.emulator;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.halyard.CompileException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A program of the build of a compute unit.
 *
 * @param name as it is found on PATH, which also is Debian's name for its package; or an absolute
 *     path
 * @param patience how long a run may take
 */
record Tool(String name, Duration patience) {
  private static final int SHOWN_CHARACTERS = 4000;

  /** {@return why it can't be run; empty where it can} */
  Optional<String> missing() {
    if (Files.isExecutable(Path.of(name)) && Path.of(name).isAbsolute()) {
      return Optional.empty();
    }
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    for (String folder : path.split(File.pathSeparator, -1)) {
      if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, name))) {
        return Optional.empty();
      }
    }
    return Optional.of("no " + name + " on PATH (apt-get install " + name + ")");
  }

  /** {@return what it says of its version} */
  String version() {
    return run(Path.of("").toAbsolutePath(), List.of("--version"));
  }

  /**
   * {@return what a run wrote}
   *
   * @param folder to run in
   * @param arguments of the run
   * @throws CompileException if it is missing, fails, or takes too long; the message has the end of
   *     its output
   */
  String run(Path folder, List<String> arguments) {
    missing()
        .ifPresent(
            why -> {
              throw new CompileException("the compute unit can't be simulated: " + why);
            });
    List<String> command = new ArrayList<>(List.of(name));
    command.addAll(arguments);
    try {
      Path output = Files.createTempFile("halyard-unit", ".log");
      try {
        int status = run(folder, command, output);
        String text = Files.readString(output, UTF_8);
        if (status != 0) {
          throw new CompileException(name + " ended with " + status + ": " + end(text));
        }
        return text;
      } finally {
        Files.deleteIfExists(output);
      }
    } catch (IOException e) {
      throw new CompileException(name + " can't be run: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CompileException(name + " was interrupted", e);
    }
  }

  private int run(Path folder, List<String> command, Path output)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      process.getOutputStream().close();
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new CompileException(
            name
                + " still ran after "
                + patience.toSeconds()
                + " s: "
                + end(Files.readString(output, UTF_8)));
      }
      return process.exitValue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static String end(String text) {
    return text.substring(Math.max(0, text.length() - SHOWN_CHARACTERS));
  }
}
