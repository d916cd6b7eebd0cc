package dev.halyard.fpga.emulator;

import dev.halyard.PluginException;
import dev.halyard.fpga.xrt.Board;
import dev.halyard.fpga.xrt.BoardDescription;
import dev.halyard.fpga.xrt.BoardSource;
import dev.halyard.fpga.xrt.XrtBoard;
import dev.halyard.fpga.xrt.XrtFolder;
import dev.halyard.fpga.xrt.dense.DenseDesign;
import dev.halyard.spi.DriverContext;
import dev.halyard.spi.ProbeContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One emulated board, wherever XRT is installed: XRT's own library with a process of ours at its
 * other end, which runs the RTL where Verilator and g++ can build it, else a model of it in Java.
 *
 * <p>Each listing outside of a board's own process describes a board with a folder, and so an
 * environment, of its own.
 */
public final class EmulatedBoardSource implements BoardSource {
  private static final String STABLE_ID = "halyard-emulated:0";
  private static final String INDEX = "0";

  /** Where XRT is for the process of a board, whose {@code XILINX_XRT} is the board's. */
  private static final String LIBRARIES = "HALYARD_XRT_LIBRARIES";

  private static final String CACHE = "units";

  /** Makes the source. */
  public EmulatedBoardSource() {}

  @Override
  public Listing list(ProbeContext context) {
    Optional<Path> libraries = libraries(context);
    if (libraries.isEmpty()) {
      return new Listing(
          List.of(),
          "no emulated FPGA board: XRT is not installed (no libxrt_coreutil.so.2); install it, such"
              + " as by the package libxrt1");
    }
    BoardFolder folder = folder(context).orElseGet(BoardFolder::fresh);
    Map<String, String> environment = new HashMap<>(folder.environment());
    environment.put(LIBRARIES, libraries.get().toString());
    String name =
        new UnitBuilder(Path.of(CACHE))
            .missing()
            .map(why -> "Emulated board (Java model of the RTL: " + why + ")")
            .orElse("Emulated board (RTL under Verilator)");
    return new Listing(
        List.of(new BoardDescription(STABLE_ID, name, INDEX, true, environment)), "");
  }

  private static Optional<Path> libraries(ProbeContext context) {
    return context
        .environment(LIBRARIES)
        .map(Path::of)
        .or(() -> XrtFolder.libraries(context::environment));
  }

  private static Optional<BoardFolder> folder(ProbeContext context) {
    return BoardFolder.in(variable -> context.environment(variable).orElse(null));
  }

  /** {@inheritDoc} Loads the library, in a folder that is there only meanwhile. */
  @Override
  public String driver(ProbeContext context) {
    BoardFolder folder = own(folder(context));
    if (Files.isDirectory(folder.path())) {
      return BoardSource.super.driver(context);
    }
    try {
      folder.create(libraries(context).orElseThrow(), Map.of());
      try {
        return BoardSource.super.driver(context);
      } finally {
        folder.delete();
      }
    } catch (IOException e) {
      throw new PluginException("no board can be made in " + folder.path() + ": " + e, e);
    }
  }

  private static BoardFolder own(Optional<BoardFolder> folder) {
    return folder.orElseThrow(
        () ->
            new PluginException(
                "the emulated board is used in a process that starts with its environment"));
  }

  @Override
  public Optional<Path> xclbin(BoardDescription board, DriverContext context) {
    return Optional.of(
        DenseXclbin.file(MemorySettings.timing(context.configuration()), context.cacheFolder()));
  }

  @Override
  public Board open(BoardDescription board, DriverContext context) {
    BoardFolder folder = own(BoardFolder.in(System::getenv));
    List<Fault> faults = faults(context.configuration().getOrDefault("faults", ""));
    EmulatedBoard process =
        EmulatedBoard.start(folder, Path.of(board.environment().get(LIBRARIES)), designs(context));
    try {
      faults.forEach(process::inject);
      return new ProcessBoard(process, XrtBoard.open(board, context.configuration()));
    } catch (RuntimeException | Error e) {
      process.close();
      throw e;
    }
  }

  private static List<Fault> faults(String text) {
    return Stream.of(text.split(";", -1))
        .filter(fault -> !fault.isBlank())
        .map(Fault::parse)
        .toList();
  }

  private static Map<String, Path> designs(DriverContext context) {
    UnitBuilder builder = new UnitBuilder(context.cacheFolder().resolve(CACHE));
    return builder.missing().isPresent()
        ? Map.of()
        : Map.of(DenseDesign.verilogHash(), builder.build());
  }
}
