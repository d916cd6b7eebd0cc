package dev.halyard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Kernels of every operation on Oclgrind, which runs them one instruction at a time and sees every
 * read and write out of bounds, races within and between work-groups, and wrong calls.
 */
@Timeout(600)
class OclgrindTests {
  private static final int ROUNDS = 5;
  // It takes a second for what a processor does in a microsecond.
  private static final int MOST_ELEMENTS = 400;

  @TempDir Path folder;

  @ParameterizedTest(name = "family {0}, {1} memory, tensor cores {2}")
  @CsvSource({"cpu, host, off", "gpu, device, off", "gpu, device, emulated"})
  void kernelsOfEveryOperationAreCleanAndRight(String family, String memory, String tensorCores)
      throws Exception {
    String seed = Long.toString(ThreadLocalRandom.current().nextLong());
    List<String> lines =
        cleanRun(
            OperationsMain.class,
            "Oclgrind",
            family,
            memory,
            tensorCores,
            seed,
            Integer.toString(ROUNDS),
            Integer.toString(MOST_ELEMENTS));
    boolean emulated = lines.stream().anyMatch(line -> line.startsWith("by tensor cores: "));
    assertEquals(tensorCores.equals("emulated"), emulated, () -> "seed " + seed + ": " + lines);
  }

  @ParameterizedTest(name = "family {0}, {1} memory, tensor cores {2}")
  @CsvSource({"cpu, host, off", "gpu, device, off", "gpu, device, emulated"})
  void everyFamilyOfKernelsIsReachedAndCleanAndRight(
      String family, String memory, String tensorCores) throws Exception {
    cleanRun(FamiliesMain.class, "Oclgrind", family, memory, tensorCores);
  }

  /** {@return what a process printed that compared results, and of which Oclgrind said nothing} */
  private List<String> cleanRun(Class<?> main, String... arguments) throws Exception {
    Lanes.require("oclgrind");
    Path vendors = Files.createDirectories(folder.resolve("vendors"));
    Files.writeString(vendors.resolve("oclgrind.icd"), FailureTests.oclgrind() + "\n");
    Path log = folder.resolve("oclgrind.log");
    Map<String, String> environment =
        Map.of(
            "OCL_ICD_VENDORS",
            vendors.toString(),
            "OCLGRIND_CHECK_API",
            "1",
            "OCLGRIND_DATA_RACES",
            "1",
            // Its own optimiser's comparisons of vectors come out as 255 in place of 1.
            "OCLGRIND_BUILD_OPTIONS",
            "-cl-opt-disable",
            "OCLGRIND_LOG",
            log.toString());
    List<String> lines = ForkedJvm.run(folder, environment, main, arguments);
    String story = List.of(arguments) + ": " + lines;
    assertTrue(lines.getLast().startsWith("compared "), story);
    assertEquals("", Files.exists(log) ? Files.readString(log) : "", story);
    List<String> calls = lines.stream().filter(line -> line.contains("runtime error")).toList();
    assertEquals(List.of(), calls, story);
    return lines;
  }
}
