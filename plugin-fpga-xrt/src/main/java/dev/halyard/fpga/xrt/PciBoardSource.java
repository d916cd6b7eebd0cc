package dev.halyard.fpga.xrt;

import dev.halyard.spi.DriverContext;
import dev.halyard.spi.ProbeContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The cards that XRT's kernel driver xocl holds, as Linux lists them: looking opens nothing and
 * loads no library.
 */
public final class PciBoardSource implements BoardSource {
  private static final Path DRIVER = Path.of("/sys/bus/pci/drivers/xocl");
  private static final String ADDRESS = "[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]";

  private final Path driver;

  /** Makes the source. */
  public PciBoardSource() {
    this(DRIVER);
  }

  /** Makes a source of what a folder lists. */
  PciBoardSource(Path driver) {
    this.driver = driver;
  }

  @Override
  public Listing list(ProbeContext context) {
    if (!Files.isDirectory(driver)) {
      return none("no FPGA card: the kernel driver xocl is not loaded (no " + driver + ")");
    }
    try (Stream<Path> entries = Files.list(driver)) {
      List<BoardDescription> boards =
          entries
              .filter(entry -> String.valueOf(entry.getFileName()).matches(ADDRESS))
              .sorted()
              .map(PciBoardSource::describe)
              .toList();
      return boards.isEmpty()
          ? none("no FPGA card: the kernel driver xocl holds none; see what lspci -d 10ee: lists")
          : new Listing(boards, "");
    } catch (IOException | UncheckedIOException e) {
      return none("FPGA cards cannot be listed: " + e);
    }
  }

  @Override
  public Board open(BoardDescription board, DriverContext context) {
    return XrtBoard.open(board, context.configuration());
  }

  private static Listing none(String reason) {
    return new Listing(List.of(), reason);
  }

  private static BoardDescription describe(Path entry) {
    String address = entry.getFileName().toString();
    // XRT lists the name of the platform only of a card that it opens.
    String name = "FPGA card " + read(entry.resolve("device")).orElse("of unknown type");
    return new BoardDescription("pci:" + address, name, address, false, Map.of());
  }

  private static Optional<String> read(Path file) {
    try {
      return Optional.of(Files.readString(file).strip());
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }
}
