package dev.halyard.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@link GuardPage} in a JVM of its own, since a read too far ends the process. */
class GuardPageTests {
  @TempDir Path folder;

  @Test
  void loopsWithoutMaskedMemoryStayWithinThePageAndStoreWithoutAllocating()
      throws IOException, InterruptedException {
    List<String> lines = run("-XX:UseAVX=0", 128, false);
    // Its masks, which sums need, are objects in such a JVM; stores go without.
    assertAllocatesNothing(lines.stream().filter(line -> !line.startsWith("sum")).toList());
  }

  @Test
  void narrowVectorsStayWithinThePageAndAllocateNothing() throws IOException, InterruptedException {
    assertAllocatesNothing(run("-XX:+UseFMA", 128, true));
  }

  @Test
  void preferredVectorsStayWithinThePageAndAllocateNothing()
      throws IOException, InterruptedException {
    int lanes = VectorSupport.get().kernels().map(Kernels::lanes).orElse(4);
    assertAllocatesNothing(run("-XX:+UseFMA", lanes * Float.SIZE, true));
  }

  private static void assertAllocatesNothing(List<String> lines) {
    List<String> calls = lines.stream().filter(line -> line.contains(" allocates ")).toList();
    assertFalse(calls.isEmpty());
    assertEquals(List.of(), calls.stream().filter(line -> !line.endsWith(" 0")).toList());
  }

  private List<String> run(String flag, int bits, boolean fused)
      throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(
                Stream.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        // C2 alone: C1 may leave a tile half compiled, which TileWatch tells of.
                        "-XX:-TieredCompilation",
                        // Not every architecture knows UseAVX.
                        "-XX:+IgnoreUnrecognizedVMOptions",
                        flag,
                        "--add-modules",
                        "jdk.incubator.vector",
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:ErrorFile=" + folder.resolve("hs_err"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        GuardPage.class.getName(),
                        folder.toString(),
                        Integer.toString(bits),
                        Boolean.toString(fused))
                    .toList())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    boolean ended = process.waitFor(120, TimeUnit.SECONDS);
    process.destroyForcibly().waitFor();
    List<String> lines = Files.readAllLines(output);
    String story = String.join("\n", lines);
    assertTrue(ended, () -> "it hung; " + story);
    assertEquals(0, process.exitValue(), story);
    assertTrue(lines.contains("guard ok"), story);
    return lines;
  }
}
