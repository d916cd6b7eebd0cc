package dev.halyard.fpga.xrt;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.PluginException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class XrtFolderTests {
  @TempDir Path folder;
  private Path installed;

  @BeforeEach
  void install() throws IOException {
    installed = Files.createDirectories(folder.resolve("installed"));
    for (String name : List.of("libxrt_coreutil.so.2", "libxrt_swemu.so.2", "libother.so.1")) {
      Files.writeString(installed.resolve(name), name);
    }
  }

  @Test
  void itsLibHoldsTheLibrariesOfXrtAndNoOthers() throws IOException {
    Path lib = XrtFolder.prepare(installed, folder.resolve("made/deep")).resolve("lib");
    for (String name : List.of("libxrt_coreutil.so.2", "libxrt_swemu.so.2")) {
      assertEquals(installed.resolve(name).toRealPath(), lib.resolve(name).toRealPath());
    }
    assertFalse(Files.exists(lib.resolve("libother.so.1")));
  }

  @Test
  void theSameLibrariesHaveTheSameFolderAndOthersAnother() throws IOException {
    Path first = XrtFolder.prepare(installed, folder);
    assertEquals(first, XrtFolder.prepare(installed, folder));
    Files.writeString(installed.resolve("libxrt_swemu.so.2"), "another build");
    assertNotEquals(first, XrtFolder.prepare(installed, folder));
  }

  @Test
  void manyMayMakeItAtOnce() {
    Set<Path> made = ConcurrentHashMap.newKeySet();
    IntStream.range(0, 64)
        .parallel()
        .forEach(i -> made.add(XrtFolder.prepare(installed, folder.resolve("made"))));
    assertEquals(1, made.size());
  }

  @Test
  void whatCannotBeMadeIsRefusedWithTheReason() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    PluginException refusal =
        assertThrows(PluginException.class, () -> XrtFolder.prepare(installed, file));
    assertTrue(refusal.getMessage().contains(file.toString()), refusal.getMessage());
  }

  @Test
  void theFolderOfTheEnvironmentComesFirst() throws IOException {
    Path xrt = folder.resolve("xrt");
    Files.createDirectories(xrt);
    Files.createSymbolicLink(xrt.resolve("lib"), installed);
    assertEquals(
        Optional.of(xrt.resolve("lib")),
        libraries(Map.of("XILINX_XRT", xrt.toString(), "LD_LIBRARY_PATH", "/x")));
    assertEquals(Optional.of(installed), libraries(Map.of("LD_LIBRARY_PATH", "/x::" + installed)));
  }

  @Test
  void theBrokenBuildIsCuredAndALibraryThatIsNotIsLinked() throws IOException {
    Lanes.require("xrt");
    Path libraries = Xrt.libraries();
    Path lib = Xrt.folder().resolve("lib");
    assertEquals(
        libraries.resolve("libxrt_coreutil.so.2").toRealPath(),
        lib.resolve("libxrt_coreutil.so.2").toRealPath());
    byte[] swEmu = Files.readAllBytes(libraries.resolve("libxrt_swemu.so.2"));
    assertArrayEquals(
        DebianSwEmu.cured(swEmu), Files.readAllBytes(lib.resolve("libxrt_swemu.so.2")));
  }

  private static Optional<Path> libraries(Map<String, String> environment) {
    return XrtFolder.libraries(name -> Optional.ofNullable(environment.get(name)));
  }
}
