package dev.halyard.fpga.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What tools say of the RTL. */
@Timeout(1800)
class RtlToolsTests {
  @TempDir private Path folder;

  @BeforeEach
  void needsTools() {
    Lanes.require("rtl");
  }

  @Test
  void verilatorFindsNothingToWarnOf() throws IOException {
    UnitSources sources = UnitSources.ofDense();
    sources.writeTo(folder);
    List<String> arguments =
        new ArrayList<>(List.of("--lint-only", "-Wall", "--top-module", "dense"));
    arguments.addAll(sources.verilog());

    assertEquals("", UnitBuilder.VERILATOR.run(folder, arguments));
  }

  @Test
  void kernelHasNotGrownBeyondTheTableOnThePage() {
    Path script = Path.of("..", "scripts", "fpga-resources.sh").toAbsolutePath().normalize();
    String table = new Tool(script.toString(), Duration.ofMinutes(25)).run(folder, List.of());

    assertEquals("| cells | yosys estimate |", table.lines().findFirst().orElse(""));
  }
}
