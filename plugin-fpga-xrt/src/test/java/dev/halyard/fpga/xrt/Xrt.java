package dev.halyard.fpga.xrt;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The XRT of this machine, for the processes of tests. */
final class Xrt {
  // Not in a folder for one test, which JUnit would warn of emptying: it holds links out of it.
  private static final Path FOLDERS = Path.of("target", "xrt").toAbsolutePath();

  private Xrt() {}

  /** {@return the folder with its libraries} */
  static Path libraries() {
    return XrtFolder.libraries(name -> Optional.ofNullable(System.getenv(name))).orElseThrow();
  }

  /** {@return a folder for XILINX_XRT} */
  static Path folder() {
    return XrtFolder.prepare(libraries(), FOLDERS);
  }

  /** {@return the environment of a process that has XRT's board that does nothing} */
  static Map<String, String> noop() {
    Map<String, String> environment = new HashMap<>();
    environment.put("XILINX_XRT", folder().toString());
    environment.put("USER", "halyard");
    environment.put("XCL_EMULATION_MODE", "noop");
    return environment;
  }
}
