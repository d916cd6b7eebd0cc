package dev.halyard.fpga.emulator;

import java.nio.file.Path;

/** Opens the units that tests run on. */
final class Units {
  static final Path CACHE = Path.of("target", "units").toAbsolutePath();

  private static final class Built {
    static final Path LIBRARY = new UnitBuilder(CACHE).build();
  }

  private Units() {}

  /** {@return the RTL; skips the test where the lane {@code rtl} does not run} */
  static Unit rtl() {
    Lanes.require("rtl");
    return VerilatedUnit.open(Built.LIBRARY);
  }
}
