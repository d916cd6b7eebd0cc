package dev.halyard.fpga.xrt;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The XRT of this machine, for the processes of tests. */
final class Xrt {
  private Xrt() {}

  /** {@return the folder with its libraries} */
  static Path libraries() {
    return XrtFolder.libraries(name -> Optional.ofNullable(System.getenv(name))).orElseThrow();
  }

  /**
   * {@return the environment of a process that has a board of a mode}
   *
   * @param folder for a folder with XRT's libraries
   * @param mode of emulation
   */
  static Map<String, String> environment(Path folder, String mode) {
    Map<String, String> environment = new HashMap<>();
    environment.put("XILINX_XRT", XrtFolder.prepare(libraries(), folder).toString());
    environment.put("USER", "halyard");
    environment.put("XCL_EMULATION_MODE", mode);
    return environment;
  }
}
