package dev.halyard.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a run through the whole runtime allocates, on a network of 16-64-32-32-5. In a JVM of its
 * own, where no other test has HotSpot compile loops for other graphs.
 */
class MlpAllocationTests {
  private static final long RUNS = 10_000;
  private static final String WARM =
      " bytes over 10,000 runs, after a warm-up of up to 60 s (HotSpot's compilers need time on a"
          + " busy machine; what is not compiled yet boxes)";

  @TempDir static Path folder;

  private static List<String> lines = List.of();

  @BeforeEach
  void measureOnce() throws IOException, InterruptedException {
    if (lines.isEmpty()) {
      lines = ForkedJvm.run(folder, 180, MlpAllocation.class);
    }
  }

  private static long allocated(String call) {
    String begin = call + " allocated ";
    return lines.stream()
        .filter(line -> line.startsWith(begin))
        .mapToLong(line -> Long.parseLong(line.substring(begin.length())))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void executeAllocatesNothing() {
    assertEquals(0, allocated("execute"), () -> "execute() allocated" + WARM);
  }

  @Test
  void submitAndAwaitAllocateAtMost128BytesPerRun() {
    long bytes = allocated("submit");
    assertTrue(bytes <= 128 * RUNS, () -> "submit() and await() allocated " + bytes + WARM);
  }
}
