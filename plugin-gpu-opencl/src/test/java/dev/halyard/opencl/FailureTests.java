package dev.halyard.opencl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a machine can lack or have wrong, each in a process of its own. */
@Timeout(900)
class FailureTests {
  private static final int MANY = 24;
  private static final String RESULT = "result [12.0, 24.0, 36.0, 48.0]";
  private static final String OCLGRIND = "liboclgrind-rt-icd.so";

  @TempDir Path folder;

  private Map<String, String> vendors(String... libraries) throws IOException {
    Path vendors = Files.createDirectories(folder.resolve("vendors"));
    for (int i = 0; i < libraries.length; i++) {
      Files.writeString(vendors.resolve(i + ".icd"), libraries[i] + "\n");
    }
    return Map.of("OCL_ICD_VENDORS", vendors.toString());
  }

  private static String pocl() throws IOException {
    return Files.readString(Path.of("/etc/OpenCL/vendors/pocl.icd")).strip();
  }

  @Test
  void withoutALoaderThereIsNothingAndTheReasonSaysWhatToInstall() throws Exception {
    // A file that is no library, under the loader's name: what is not there looks alike.
    for (String name : List.of("libOpenCL.so.1", "libOpenCL.so")) {
      Files.writeString(folder.resolve(name), "no library");
    }
    List<String> lines =
        ForkedJvm.run(folder, Map.of("LD_LIBRARY_PATH", folder.toString()), ProbeMain.class);
    assertEquals(2, lines.size(), lines.toString());
    assertTrue(lines.getFirst().startsWith("nothing no OpenCL library"), lines.toString());
    assertTrue(lines.getFirst().contains("ocl-icd-libopencl1"), lines.toString());
    assertEquals("1/0 throws", lines.get(1));
  }

  @Test
  void withoutADriverThereIsNothingAndTheReasonSaysWhereDriversAreNamed() throws Exception {
    Lanes.require("pocl");
    List<String> lines = ForkedJvm.run(folder, vendors(), ProbeMain.class);
    assertEquals(2, lines.size(), lines.toString());
    assertTrue(
        lines.getFirst().startsWith("nothing the OpenCL loader finds no driver"), lines.toString());
  }

  @Test
  void aDriverThatIsNamedAndNotThereHidesNoOther() throws Exception {
    Lanes.require("pocl");
    List<String> alone = ForkedJvm.run(folder, vendors("libabsent-opencl.so"), ProbeMain.class);
    assertTrue(alone.getFirst().startsWith("nothing "), alone.toString());
    List<String> both =
        ForkedJvm.run(folder, vendors("libabsent-opencl.so", pocl()), ProbeMain.class);
    assertTrue(both.getFirst().startsWith("device Portable Computing Language"), both.toString());
  }

  @Test
  void divisionByZeroStillThrowsWherePoclIsLoaded() throws Exception {
    Lanes.require("pocl");
    List<String> lines = ForkedJvm.run(folder, Map.of(), ProbeMain.class);
    assertTrue(lines.toString().contains("device Portable Computing Language"), lines.toString());
    assertEquals("1/0 throws", lines.getLast());
  }

  @Test
  void twoPlatformsAreBothFound() throws Exception {
    Lanes.require("pocl");
    Lanes.require("oclgrind");
    List<String> lines = ForkedJvm.run(folder, vendors(pocl(), oclgrind()), ProbeMain.class);
    assertTrue(lines.toString().contains("device Portable Computing Language"), lines.toString());
    assertTrue(lines.toString().contains("device Oclgrind"), lines.toString());
    assertEquals("1/0 throws", lines.getLast());
  }

  @Test
  void twoClassLoadersOfAProcessMayEachHaveThePlugin() throws Exception {
    Lanes.require("pocl");
    List<String> lines = ForkedJvm.run(folder, Map.of(), TwoLoadersMain.class);
    assertEquals(4, lines.size(), lines.toString());
    assertEquals(lines.subList(0, 2), lines.subList(2, 4));
    assertTrue(lines.getFirst().startsWith("device "), lines.toString());
  }

  @Test
  void aProbeLeavesNoOpenFileBehind() throws Exception {
    Lanes.require("pocl");
    List<String> lines = ForkedJvm.run(folder, Map.of(), ProbeMain.class, "files");
    assertTrue(lines.toString().contains("device Portable Computing Language"), lines.toString());
    assertEquals(List.of(), lines.stream().filter(line -> line.startsWith("open ")).toList());
  }

  @Test
  void manyProcessesMayBuildAndRunAtOnceWithOneCache() throws Exception {
    Lanes.require("pocl");
    String cache = folder.resolve("binaries").toString();
    List<ForkedJvm> children = new ArrayList<>();
    try {
      for (int i = 0; i < MANY; i++) {
        children.add(
            ForkedJvm.start(
                folder,
                "child" + i,
                // Its own kernel cache shared, too, and empty at first.
                Map.of("POCL_CACHE_DIR", folder.resolve("pocl").toString()),
                RunMain.class,
                Drivers.POCL[1],
                "right",
                "auto",
                cache));
      }
      for (ForkedJvm child : children) {
        assertEquals(RESULT, child.end().getLast());
      }
    } finally {
      children.forEach(ForkedJvm::close);
    }
    assertTrue(Files.exists(Path.of(cache)), "no binary was kept");
  }

  static List<String> faults() {
    return FaultMain.FAULTS;
  }

  @ParameterizedTest
  @MethodSource("faults")
  void aFaultIsAnExceptionAndTheProcessWorksOn(String fault) throws Exception {
    Lanes.require("pocl");
    List<String> lines = ForkedJvm.run(folder, Map.of(), FaultMain.class, fault);
    assertEquals(RESULT, lines.getLast());
  }

  @Test
  void oclgrindHasNothingToSayOfARunAndSaysWhatReadsBeyondABuffer() throws Exception {
    Lanes.require("oclgrind");
    assertEquals("", oclgrindLog("right", "host", RESULT));
    assertEquals("", oclgrindLog("right", "device", RESULT));
    assertTrue(
        oclgrindLog("beyond", "device", "result [").contains("Invalid read"), "no fault was found");
  }

  /** {@return what oclgrind finds wrong} */
  private String oclgrindLog(String kernel, String memory, String expected) throws Exception {
    Path log = folder.resolve(kernel + "-" + memory + ".log");
    Map<String, String> environment =
        Map.of(
            "OCL_ICD_VENDORS",
            vendors(oclgrind()).get("OCL_ICD_VENDORS"),
            "OCLGRIND_CHECK_API",
            "1",
            "OCLGRIND_DATA_RACES",
            "1",
            "OCLGRIND_LOG",
            log.toString());
    List<String> lines =
        ForkedJvm.run(folder, environment, RunMain.class, "Oclgrind", kernel, memory);
    assertTrue(lines.getLast().startsWith(expected), lines.toString());
    return Files.exists(log) ? Files.readString(log) : "";
  }

  /** {@return the driver of Oclgrind} */
  static String oclgrind() {
    for (String parent :
        List.of("/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib")) {
      Path library = Path.of(parent, "oclgrind", OCLGRIND);
      if (Files.exists(library)) {
        return library.toString();
      }
    }
    return OCLGRIND;
  }
}
