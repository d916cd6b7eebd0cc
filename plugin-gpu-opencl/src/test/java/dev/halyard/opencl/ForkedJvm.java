package dev.halyard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A main class in a JVM of its own, under a watchdog: a bug in it may end or hang a JVM. */
final class ForkedJvm implements AutoCloseable {
  private static final long SECONDS = 400;

  private final Path output;
  private final Process process;

  private ForkedJvm(Path output, Process process) {
    this.output = output;
    this.process = process;
  }

  /**
   * {@return the JVM, started}
   *
   * @param folder for its output and cache
   * @param name of its output, unlike that of others there
   * @param environment what to set beside this process's
   * @param main the class
   * @param arguments its arguments
   */
  static ForkedJvm start(
      Path folder, String name, Map<String, String> environment, Class<?> main, String... arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + folder.resolve(name + ".hs_err"),
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(List.of(arguments));
    Path output = folder.resolve(name + ".output");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().put("HALYARD_CACHE", folder.resolve("cache").toString());
    builder.environment().putAll(environment);
    return new ForkedJvm(output, builder.start());
  }

  /** {@return what the main class printed; it has ended with status 0} */
  List<String> end() throws IOException, InterruptedException {
    boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
    close();
    List<String> lines = Files.readAllLines(output);
    String story = String.join("\n", lines);
    assertTrue(ended, () -> "it hung; " + story);
    assertEquals(0, process.exitValue(), story);
    return lines;
  }

  static List<String> run(
      Path folder, Map<String, String> environment, Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    try (ForkedJvm child = start(folder, "child", environment, main, arguments)) {
      return child.end();
    }
  }

  /** Ends it, whatever it does. */
  @Override
  public void close() {
    process.destroyForcibly();
  }
}
