package dev.halyard.fpga.xrt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** XRT's board that does nothing, as a Board. */
@Timeout(300)
class XrtBoardTests {
  @TempDir Path folder;

  @BeforeEach
  void requireXrt() {
    Lanes.require("xrt");
  }

  @Test
  void aBoardDoesWhatItSaysAndRefusesTheRestWithReasons() throws Exception {
    Path xclbin = TestXclbin.write(folder.resolve("test.xclbin"));
    List<String> lines =
        ForkedJvm.run(folder, Xrt.noop(), XrtBoardMain.class, "use", xclbin.toString()).good();
    assertInOrder(
        List.of(
            "driver: libxrt_coreutil.so.2 .*SHA-256 [0-9a-f]{64}.*",
            "kernel before load: IllegalStateException .*load one before add",
            "absent file: PluginException .*absent.xclbin.*there is no file.*",
            "uuid: " + TestXclbin.ID,
            "no bytes: IllegalArgumentException .*",
            "bytes: 8192",
            "address: deadbeef",
            "shared: 42",
            "written: 6",
            "read: 6",
            "write beyond: IndexOutOfBoundsException .*",
            "write of the heap: IllegalArgumentException .*",
            "over: 4096",
            "over what is askew: IllegalArgumentException .*4096.*",
            "sync beyond: IndexOutOfBoundsException .*",
            "part beyond: IndexOutOfBoundsException .*",
            "host after close: IllegalStateException .*",
            "part of a closed buffer: IllegalStateException .*is closed",
            "offset: 52",
            "absent kernel: PluginException .*has no kernel nosuch, it has \\[add\\].*",
            "load over a kernel: IllegalStateException .*close them before load",
            "done before: true",
            "completed: true",
            "awaited: true",
            "called: true",
            "done: true",
            "foreign buffer: IllegalArgumentException .*another's buffer.*",
            "argument beyond: PluginException .*setting argument 9.*",
            "no such argument: PluginException .*argument 9.*",
            "start of a closed run: IllegalStateException a run of the kernel add is closed",
            "group of a closed kernel: IllegalStateException the kernel add is closed",
            "host of a closed buffer: IllegalStateException .*is closed",
            "allocate on a closed board: IllegalStateException the board 0 is closed",
            "uuid again: " + TestXclbin.ID),
        lines);
  }

  @Test
  void aFileThatTheBoardCannotLoadIsRefusedBeforeXrtSeesIt() throws Exception {
    List<String> arguments = new ArrayList<>(List.of("damaged"));
    List<String> wanted = new ArrayList<>();
    for (DamagedXclbin damage : DamagedXclbin.values()) {
      arguments.add(damage.write(folder).toString());
      wanted.add("damaged: PluginException the board cannot load .*" + damage.reason() + ".*");
    }
    arguments.add(TestXclbin.write(folder.resolve("test.xclbin")).toString());
    wanted.add("uuid: " + TestXclbin.ID);
    String[] all = arguments.toArray(String[]::new);
    assertInOrder(wanted, ForkedJvm.run(folder, Xrt.noop(), XrtBoardMain.class, all).good());
  }

  @Test
  void aBoardThatIsNotThereIsLost() throws Exception {
    Map<String, String> environment = new HashMap<>(Xrt.noop());
    environment.remove("XCL_EMULATION_MODE");
    for (String address : List.of("0", "77", "0000:7f:1f.7")) {
      List<String> lines =
          ForkedJvm.run(folder, environment, XrtBoardMain.class, "open", address).good();
      assertTrue(
          lines.getLast().startsWith("open: DeviceLostException XRT opens no board " + address),
          lines.toString());
    }
  }

  @Test
  void anEnvironmentOverWhichXrtWouldEndTheProcessIsRefused() throws Exception {
    Map<String, String> good = Xrt.noop();
    for (Map<String, String> wrong :
        List.of(
            Map.of("XILINX_XRT", "/no/such/folder"),
            Map.of("XILINX_XRT", folder.toString()),
            Map.of("XILINX_XRT", ""),
            Map.of("XCL_EMULATION_MODE", "wrong"),
            Map.of("USER", ""))) {
      Map<String, String> environment = new HashMap<>(good);
      environment.putAll(wrong);
      List<String> lines =
          ForkedJvm.run(folder, environment, XrtBoardMain.class, "open", "0").good();
      String variable = wrong.keySet().iterator().next();
      assertTrue(
          lines.getLast().startsWith("open: PluginException XRT cannot start: " + variable),
          lines.toString());
    }
  }

  private static void assertInOrder(List<String> patterns, List<String> lines) {
    // XRT writes to the same output.
    List<String> found = new ArrayList<>();
    for (String line : lines) {
      if (found.size() < patterns.size() && line.matches(patterns.get(found.size()))) {
        found.add(line);
      }
    }
    assertEquals(
        patterns.size(),
        found.size(),
        () -> "missing " + patterns.get(found.size()) + " in\n" + String.join("\n", lines));
  }
}
