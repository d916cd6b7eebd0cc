package dev.halyard.fpga.xrt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
@Timeout(300)
class SignalHandlersTests {
  @TempDir Path folder;

  @Test
  void handlersThatWereTakenAwayWithinAreThereAfter() throws Exception {
    assertEquals(
        List.of("replaced within [8, 11]", "replaced after []", "thrown 10 and 10"),
        ForkedJvm.run(folder, Map.of(), SignalMain.class, "keep").good());
  }

  @Test
  void withoutThemTheProcessEnds() throws Exception {
    ForkedJvm.End end = ForkedJvm.run(folder, Map.of(), SignalMain.class, "lose");
    assertNotEquals(0, end.status(), end.lines().toString());
    assertEquals(List.of(), end.lines());
  }

  @Test
  void handlersArePutBackWhereTheActionThrows() {
    SignalHandlers before = SignalHandlers.save();
    assertThrows(
        IllegalStateException.class,
        () ->
            SignalHandlers.keep(
                () -> {
                  throw new IllegalStateException("thrown within");
                }));
    assertEquals(List.of(), before.replaced());
  }

  @Test
  void aLoadLeavesTheJvmItsHandlers() throws Exception {
    Lanes.require("xrt");
    Path xclbin = TestXclbin.write(folder.resolve("test.xclbin"));
    List<String> lines =
        ForkedJvm.run(folder, Xrt.noop(), XrtBoardMain.class, "load", xclbin.toString()).good();
    assertTrue(lines.contains("replaced []"), lines.toString());
    assertEquals("thrown 10 and 10", lines.getLast());
  }
}
