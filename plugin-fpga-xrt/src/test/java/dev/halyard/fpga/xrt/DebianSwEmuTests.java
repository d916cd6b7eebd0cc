package dev.halyard.fpga.xrt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class DebianSwEmuTests {
  @TempDir Path folder;

  @Test
  void anyOtherBuildIsUsedAsItIs() {
    byte[] another = new byte[1 << 20];
    another[0x92730] = (byte) 0xe6;
    assertFalse(DebianSwEmu.isBroken(another));
    assertSame(another, DebianSwEmu.cured(another));
  }

  @Test
  void aByteOfTheBrokenBuildIsChanged() throws Exception {
    byte[] broken = brokenBuild();
    byte[] cured = DebianSwEmu.cured(broken);
    int changed = Arrays.mismatch(broken, cured);
    assertEquals(0x92730, changed);
    assertEquals(
        -1, Arrays.mismatch(broken, changed + 1, broken.length, cured, changed + 1, cured.length));
    assertSame(cured, DebianSwEmu.cured(cured));
  }

  @Test
  void theBrokenBuildLosesItsBufferAndTheCuredOneKeepsIt() throws Exception {
    brokenBuild();
    assertEquals(List.of("size 67108864 moved false"), grow(installed()));
    Path cured = Xrt.folder().resolve("lib").resolve("libxrt_swemu.so.2");
    assertNotEquals(installed().toRealPath(), cured.toRealPath());
    assertEquals(List.of("size 67108864 moved true", "filled"), grow(cured));
  }

  private List<String> grow(Path library) throws Exception {
    Map<String, String> environment = Map.of("XCL_EMULATION_MODE", "sw_emu");
    return ForkedJvm.run(folder, environment, SwEmuMain.class, library.toString()).good();
  }

  private static Path installed() {
    return Xrt.libraries().resolve("libxrt_swemu.so.2");
  }

  private static byte[] brokenBuild() throws Exception {
    Lanes.require("xrt");
    byte[] installed = Files.readAllBytes(installed());
    assumeTrue(DebianSwEmu.isBroken(installed), "XRT's build here is not the one that is broken");
    return installed;
  }
}
