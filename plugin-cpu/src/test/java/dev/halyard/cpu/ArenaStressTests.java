package dev.halyard.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@link ArenaStress} in a JVM of its own, since a bug there ends the process. */
class ArenaStressTests {
  private static final String SECONDS = System.getProperty("halyard.stress.seconds", "60");

  @TempDir Path folder;

  @Test
  void sixtyFourThreadsClosingRunningAndCancellingLoseNothing()
      throws IOException, InterruptedException {
    long seed = Long.getLong("halyard.stress.seed", System.nanoTime());
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:ErrorFile=" + folder.resolve("hs_err"),
                "-cp",
                System.getProperty("java.class.path"),
                ArenaStress.class.getName(),
                SECONDS,
                Long.toString(seed))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(Long.parseLong(SECONDS) + 60, TimeUnit.SECONDS);
    process.destroyForcibly();
    List<String> lines = Files.readAllLines(output);
    String story = "seed " + seed + "\n" + String.join("\n", lines);
    System.out.println(story);
    assertTrue(ended, () -> "it hung; " + story);
    assertEquals(0, process.exitValue(), story);
    assertTrue(lines.contains("stress ok"), story);
  }
}
