package dev.halyard.fpga.xrt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.spi.ProbeContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PciBoardSourceTests {
  @TempDir Path folder;

  @Test
  void theCardsThatTheDriverHoldsAreListedInTheOrderOfTheirAddresses() throws IOException {
    for (String entry : List.of("0000:83:00.1", "0000:03:00.1", "module", "bind", "new_id")) {
      Files.createDirectories(folder.resolve(entry));
    }
    Files.writeString(folder.resolve("0000:03:00.1/device"), "0x5021\n");
    BoardSource.Listing listing = list();
    assertEquals(
        List.of(
            new BoardDescription(
                "pci:0000:03:00.1", "FPGA card 0x5021", "0000:03:00.1", false, Map.of()),
            new BoardDescription(
                "pci:0000:83:00.1", "FPGA card of unknown type", "0000:83:00.1", false, Map.of())),
        listing.boards());
    assertEquals("", listing.reason());
  }

  @Test
  void withoutTheDriverThereIsNothingAndTheReasonNamesIt() {
    BoardSource.Listing listing =
        new PciBoardSource(folder.resolve("absent")).list(new NoContext());
    assertEquals(List.of(), listing.boards());
    assertTrue(listing.reason().contains("xocl is not loaded"), listing.reason());
  }

  @Test
  void aDriverWithoutCardsIsAReason() {
    assertEquals(List.of(), list().boards());
    assertTrue(list().reason().contains("holds none"), list().reason());
  }

  @Test
  void theCardsOfThisMachineAreAService() {
    assertTrue(
        ServiceLoader.load(BoardSource.class).stream()
            .anyMatch(source -> source.type() == PciBoardSource.class));
  }

  private BoardSource.Listing list() {
    return new PciBoardSource(folder).list(new NoContext());
  }

  private record NoContext() implements ProbeContext {
    @Override
    public Optional<String> environment(String variable) {
      return Optional.empty();
    }

    @Override
    public Map<String, String> configuration() {
      return Map.of();
    }
  }
}
