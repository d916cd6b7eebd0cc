package dev.halyard.fpga.xrt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.PluginException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LoadableXclbinTests {
  @TempDir Path folder;

  private static void assertRefused(Path file, boolean emulated, String reason) {
    PluginException e =
        assertThrows(PluginException.class, () -> LoadableXclbin.read(file, emulated));
    assertTrue(e.getMessage().contains(file.toString()), e::getMessage);
    assertTrue(e.getMessage().contains(reason), e::getMessage);
  }

  @ParameterizedTest
  @EnumSource(DamagedXclbin.class)
  void whatIsWrongIsSaidWithTheFile(DamagedXclbin damage) throws Exception {
    assertRefused(damage.write(folder), true, damage.reason());
  }

  @Test
  void anEmulationFileIsRefusedByACard() throws Exception {
    Path file = TestXclbin.write(folder.resolve("test.xclbin"));
    assertRefused(file, false, "a file for cards, found the mode SW_EMU");
  }

  @Test
  void aCardsFileIsTakenByACard() throws Exception {
    Path file = DamagedXclbin.MODE.write(folder);
    assertEquals(TestXclbin.ID, LoadableXclbin.read(file, false).uuid());
  }

  @Test
  void aKernelIsNamedWithOrWithoutUnits() throws Exception {
    Path file = TestXclbin.write(folder.resolve("test.xclbin"));
    LoadableXclbin xclbin = LoadableXclbin.read(file, true);
    assertEquals(Set.of("add"), xclbin.kernels());
    xclbin.requireKernel("add");
    xclbin.requireKernel("add:{add_1}");
    PluginException e =
        assertThrows(PluginException.class, () -> xclbin.requireKernel("dense:{dense_1}"));
    assertTrue(e.getMessage().contains("has no kernel dense:{dense_1}, it has [add]"));
  }
}
