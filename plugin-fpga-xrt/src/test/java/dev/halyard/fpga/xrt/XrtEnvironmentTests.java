package dev.halyard.fpga.xrt;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.PluginException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class XrtEnvironmentTests {
  @TempDir Path folder;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void makeAFolderThatXrtWouldTake() throws IOException {
    Path lib = Files.createDirectories(folder.resolve("lib"));
    Files.createFile(lib.resolve("libxrt_core.so.2"));
    Files.createFile(lib.resolve("libxrt_swemu.so.2"));
    environment.put("XILINX_XRT", folder.toString());
    environment.put("USER", "someone");
  }

  @Test
  void theFolderWithTheLibraryOfTheModeIsTaken() {
    assertDoesNotThrow(this::check);
    environment.put("XCL_EMULATION_MODE", "sw_emu");
    assertDoesNotThrow(this::check);
  }

  @Test
  void aCardNeedsNoUser() {
    environment.remove("USER");
    assertDoesNotThrow(this::check);
  }

  @Test
  void anEmulatorNeedsAUser() {
    environment.remove("USER");
    environment.put("XCL_EMULATION_MODE", "sw_emu");
    assertRefused("USER is not set");
  }

  @Test
  void aFolderIsNeeded() {
    environment.put("XILINX_XRT", "");
    assertRefused("XILINX_XRT is not set");
    environment.remove("XILINX_XRT");
    assertRefused("XILINX_XRT is not set");
  }

  @Test
  void aFolderThatIsNotThereIsRefused() {
    environment.put("XILINX_XRT", folder.resolve("absent").toString());
    assertRefused("libxrt_core.so.2");
  }

  @Test
  void aFolderThatIsNoPathIsRefused() {
    environment.put("XILINX_XRT", "a\0b");
    assertRefused("XILINX_XRT is no path");
  }

  @Test
  void aFolderWithoutTheLibraryOfTheModeIsRefused() {
    environment.put("XCL_EMULATION_MODE", "hw_emu");
    assertRefused("libxrt_hwemu.so.2");
  }

  @Test
  void aModeThatXrtDoesNotKnowIsRefused() {
    environment.put("XCL_EMULATION_MODE", "emu");
    assertRefused("XCL_EMULATION_MODE is 'emu'");
  }

  private void assertRefused(String reason) {
    PluginException refusal = assertThrows(PluginException.class, this::check);
    String message = refusal.getMessage();
    assertTrue(message.startsWith("XRT cannot start: "), message);
    assertTrue(message.contains(reason), message);
  }

  private void check() {
    XrtEnvironment.check(name -> Optional.ofNullable(environment.get(name)));
  }
}
