package dev.halyard.fpga.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Feeds the protocol checker traces that hold to the protocol, and traces that don't. */
class AxiCheckerTests {
  private static final String PROGRAM = "axi_checker_test.cpp";

  @Test
  void eachViolationIsFoundAndLegalTracesHaveNone(@TempDir Path folder) throws IOException {
    Lanes.require("rtl");
    UnitSources.ofDense().writeTo(folder);
    try (InputStream in = AxiCheckerTests.class.getResourceAsStream(PROGRAM)) {
      Files.copy(in, folder.resolve(PROGRAM));
    }
    UnitBuilder.COMPILER.run(
        folder, List.of("-std=c++17", "-Wall", "-Wextra", "-Werror", PROGRAM, "-o", "checker"));
    Tool checker = new Tool(folder.resolve("checker").toString(), Duration.ofMinutes(1));

    assertEquals("23 traces judged rightly\n", checker.run(folder, List.of()));
  }
}
