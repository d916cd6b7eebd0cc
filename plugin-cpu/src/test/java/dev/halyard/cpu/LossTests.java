package dev.halyard.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@link LossRace} in a JVM of its own, since a read of freed memory ends the process. */
class LossTests {
  private static final String SECONDS = System.getProperty("halyard.loss.seconds", "10");

  @TempDir Path folder;

  @Test
  void noKernelOutlivesTheMemoryOfALostDevice() throws IOException, InterruptedException {
    List<String> lines =
        ForkedJvm.run(folder, Long.parseLong(SECONDS) + 60, LossRace.class, SECONDS);
    assertTrue(lines.contains("race ok"));
  }
}
