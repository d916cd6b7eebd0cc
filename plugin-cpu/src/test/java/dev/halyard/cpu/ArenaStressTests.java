package dev.halyard.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
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
    List<String> lines =
        ForkedJvm.run(
            folder, Long.parseLong(SECONDS) + 60, ArenaStress.class, SECONDS, Long.toString(seed));
    assertTrue(lines.contains("stress ok"));
  }
}
