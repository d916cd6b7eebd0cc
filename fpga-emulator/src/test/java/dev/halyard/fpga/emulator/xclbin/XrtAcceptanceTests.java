package dev.halyard.fpga.emulator.xclbin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real XRT loads what the writer writes, in its mode without a device. */
class XrtAcceptanceTests {
  private static final long SECONDS = 120;
  private static final String NOOP_SHIM = "libxrt_noop.so.2";

  @TempDir Path folder;

  @BeforeEach
  void requireLane() {
    assumeTrue(
        List.of(System.getProperty("halyard.lanes", "").split(",", -1)).contains("xrt"),
        "the lane 'xrt' does not run: ./halyard test says why");
  }

  @Test
  void xrtReadsTheDesignThatWasWritten() throws Exception {
    EmulationXclbin xclbin = Examples.documented().build();
    Path file = folder.resolve("scale.xclbin");
    xclbin.write(file);

    assertEquals(
        List.of(
            "loaded 0",
            "uuid 0 " + xclbin.uuid(),
            "kernel true",
            "buffer 0 in bank 0",
            "buffer 1 in bank 1",
            "argument 0 at " + 0x10,
            "argument 1 at " + 0x1c,
            "argument 2 at " + 0x28,
            "closed 0 0"),
        load(file));
  }

  private List<String> load(Path file) throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    Path errors = folder.resolve("errors");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + folder.resolve("hs_err"),
                "-cp",
                System.getProperty("java.class.path"),
                XrtLoadMain.class.getName(),
                file.toString(),
                "scale",
                "2",
                "3")
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile());
    builder.environment().put("XILINX_XRT", xrtFolder().toString());
    builder.environment().put("XCL_EMULATION_MODE", "noop");
    builder.environment().put("USER", "halyard");
    Process process = builder.start();
    boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
    process.destroyForcibly();
    String story = Files.readString(output) + Files.readString(errors);
    assertTrue(ended, () -> "it hung; " + story);
    assertEquals(0, process.exitValue(), story);
    return Files.readAllLines(output);
  }

  /** XRT wants a folder whose {@code lib} holds its libraries. */
  private Path xrtFolder() throws IOException {
    Path libraries =
        Stream.of("/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/opt/xilinx/xrt/lib", "/usr/lib")
            .map(Path::of)
            .filter(candidate -> Files.exists(candidate.resolve(NOOP_SHIM)))
            .findFirst()
            .orElseThrow(() -> new AssertionError("no " + NOOP_SHIM));
    Path xrt = Files.createDirectory(folder.resolve("xrt"));
    Files.createSymbolicLink(xrt.resolve("lib"), libraries);
    return xrt;
  }
}
