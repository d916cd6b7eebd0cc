package dev.halyard.fpga.xrt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.PluginException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class XrtLibraryTests {
  @TempDir Path folder;
  private Function<String, Optional<String>> environment;

  @BeforeEach
  void makeAFolderThatXrtWouldTake() throws IOException {
    Path lib = Files.createDirectories(folder.resolve("lib"));
    Files.createFile(lib.resolve("libxrt_core.so.2"));
    Map<String, String> variables = Map.of("XILINX_XRT", folder.toString());
    environment = name -> Optional.ofNullable(variables.get(name));
  }

  @Test
  void aLibraryThatIsNotThereIsAReasonAndNoException() {
    Path absent = folder.resolve("absent.so");
    XrtLibrary.Search search = XrtLibrary.find(Optional.of(absent.toString()), environment);
    assertEquals(Optional.empty(), search.library());
    assertTrue(search.reason().contains(absent.toString()), search.reason());
    assertTrue(search.reason().contains("libxrt1"), search.reason());
    assertEquals(
        search.reason(), assertThrows(PluginException.class, search::orElseThrow).getMessage());
  }

  @Test
  void anotherLibraryIsAReason() {
    Path another = jdkLibrary("libnet.so");
    XrtLibrary.Search search = XrtLibrary.find(Optional.of(another.toString()), environment);
    assertEquals(Optional.empty(), search.library());
    assertTrue(search.reason().contains("has no xrtDeviceOpen"), search.reason());
  }

  @Test
  void nothingIsLoadedInAnEnvironmentThatXrtWouldNotTake() {
    XrtLibrary.Search search = XrtLibrary.find(Optional.empty(), name -> Optional.empty());
    assertEquals(Optional.empty(), search.library());
    assertTrue(search.reason().contains("XILINX_XRT is not set"), search.reason());
  }

  @Test
  void aLibraryIsKnownByItsFile() throws IOException {
    Path file = folder.resolve("libxrt_coreutil.so.2.13.0");
    Files.copy(jdkLibrary("libnet.so"), file);
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    XrtLibrary library = XrtLibrary.of(link);
    assertEquals(file.toRealPath(), library.path());
    assertEquals("libnet.so", library.soname());
    assertEquals("2.13.0", library.version());
    assertEquals(Sha256.of(Files.readAllBytes(file)), library.sha256());
    assertEquals("unknown", XrtLibrary.of(jdkLibrary("libnet.so")).version());
  }

  @Test
  void theLibraryOfTheFolderIsLoadedAndReported() throws Exception {
    Lanes.require("xrt");
    Path xclbin = TestXclbin.write(folder.resolve("test.xclbin"));
    Map<String, String> noop = Xrt.noop();
    List<String> lines =
        ForkedJvm.run(folder, noop, XrtBoardMain.class, "use", xclbin.toString()).good();
    XrtLibrary library =
        XrtLibrary.of(Path.of(noop.get("XILINX_XRT"), "lib", "libxrt_coreutil.so.2"));
    assertTrue(lines.contains("driver: " + library.describe()), lines.toString());
  }

  static Path jdkLibrary(String name) {
    return Path.of(System.getProperty("java.home"), "lib", name);
  }
}
