package dev.halyard.fpga.xrt.dense;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DenseDesignTests {
  @Test
  void designIsAllThatTheFolderHolds() throws IOException {
    Set<String> listed = new TreeSet<>(DenseDesign.VERILOG);
    listed.addAll(DenseDesign.HARNESS);
    try (Stream<Path> files = Files.list(Path.of("hw"))) {
      assertEquals(
          files.map(file -> file.getFileName().toString()).collect(Collectors.toSet()), listed);
    }
  }

  @Test
  void jarCarriesTheFilesAsTheyAre() throws IOException {
    for (String name : DenseDesign.VERILOG) {
      assertArrayEquals(Files.readAllBytes(Path.of("hw", name)), DenseDesign.file(name), name);
    }
    assertThrows(IllegalArgumentException.class, () -> DenseDesign.file("none.v"));
  }

  @Test
  void resourcesOnThePageAreOfThisDesign() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "fpga.md"));

    assertTrue(
        page.contains(DenseDesign.verilogHash()),
        "the Verilog changed: run scripts/fpga-resources.sh --write");
  }

  /** XRT's layout: an address takes 12 bytes of the map, a scalar 8. */
  @ParameterizedTest
  @EnumSource
  void argumentsFollowEachOtherInXrtsLayout(DenseArgument argument) {
    int expected = 0x10;
    for (DenseArgument before : DenseArgument.values()) {
      if (before.index() < argument.index()) {
        expected += before.isAddress() ? 12 : 8;
      }
    }
    assertEquals(expected, argument.offset());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 4, 8, 15, 10})
  void modesAreFormats(int mode) {
    assertEquals(mode, DenseFormat.ofMode(mode).mode());
  }

  @Test
  void unknownBitsOfModeAreRefused() {
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> DenseFormat.ofMode(16))
            .getMessage()
            .contains("16"));
  }
}
