package dev.halyard.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a main class in a JVM of its own, under a watchdog: a bug in it may end or hang a JVM. */
final class ForkedJvm {
  private ForkedJvm() {}

  /**
   * {@return what the main class printed; it has ended with status 0}
   *
   * @param folder for its output
   * @param seconds how long it may take
   * @param main the class
   * @param arguments its arguments
   */
  static List<String> run(Path folder, long seconds, Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + folder.resolve("hs_err"),
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(List.of(arguments));
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
    process.destroyForcibly();
    List<String> lines = Files.readAllLines(output);
    String story = List.of(arguments) + "\n" + String.join("\n", lines);
    System.out.println(main.getSimpleName() + story);
    assertTrue(ended, () -> "it hung; " + story);
    assertEquals(0, process.exitValue(), story);
    return lines;
  }
}
