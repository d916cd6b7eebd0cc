package dev.halyard.fpga.xrt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A main class in a JVM of its own, under a watchdog and in a session of its own: XRT may end or
 * hang its process, and signals its process group.
 */
final class ForkedJvm {
  private static final long SECONDS = 120;

  private ForkedJvm() {}

  /**
   * What a process has come to.
   *
   * @param status its exit status; 128 and the number of the signal that ended it
   * @param lines what it printed
   */
  record End(int status, List<String> lines) {
    /** {@return what it printed, of a process that has ended well} */
    List<String> good() {
      assertEquals(0, status, String.join("\n", lines));
      return lines;
    }
  }

  /**
   * {@return the end of the process}
   *
   * @param folder for its output
   * @param environment all that it has in its environment beside PATH
   * @param main the class
   * @param arguments its arguments
   */
  static End run(Path folder, Map<String, String> environment, Class<?> main, String... arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "setsid",
                "--wait",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + folder.resolve("hs_err"),
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(List.of(arguments));
    Path output = folder.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().keySet().removeIf(name -> !name.equals("PATH"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    List<String> lines = Files.readAllLines(output);
    assertTrue(ended, () -> "it hung; " + String.join("\n", lines));
    return new End(process.exitValue(), lines);
  }
}
