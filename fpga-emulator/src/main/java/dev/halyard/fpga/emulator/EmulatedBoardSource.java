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
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
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
    requireValid(context);
    BoardFolder folder = folder(context).orElseGet(BoardFolder::fresh);
    Map<String, String> environment = new HashMap<>(folder.environment());
    environment.put(LIBRARIES, libraries.get().toString());
    String name =
        new UnitBuilder(units(context::environment))
            .missing()
            .map(why -> "Emulated board (Java model of the RTL: " + why + ")")
            .orElse("Emulated board (RTL under Verilator)");
    return new Listing(
        List.of(new BoardDescription(STABLE_ID, name, INDEX, true, environment)), "");
  }

  /** A board that could not be opened is not listed. */
  private static void requireValid(ProbeContext context) {
    MemorySettings.timing(context.configuration());
    faults(context.configuration().getOrDefault("faults", ""));
    context.environment(DeviceMain.FAULTS).ifPresent(EmulatedBoardSource::faults);
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

  @Override
  public String driver(ProbeContext context) {
    return XrtFolder.driver(libraries(context).orElseThrow());
  }

  @Override
  public Optional<Path> xclbin(BoardDescription board, DriverContext context) {
    return Optional.of(
        DenseXclbin.file(MemorySettings.timing(context.configuration()), context.cacheFolder()));
  }

  @Override
  public Board open(BoardDescription board, DriverContext context) {
    BoardFolder folder =
        BoardFolder.in(System::getenv)
            .orElseThrow(
                () ->
                    new PluginException(
                        "the emulated board opens in a process that starts with its environment"));
    List<Fault> faults = faults(context.configuration().getOrDefault("faults", ""));
    EmulatedBoard process =
        EmulatedBoard.start(folder, Path.of(board.environment().get(LIBRARIES)), designs());
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

  /**
   * {@return where units are kept that were built: by the user, not by the configuration's cache,
   * since to build one takes half a minute}
   */
  private static Path units(Function<String, Optional<String>> environment) {
    Path cache =
        environment
            .apply("HALYARD_CACHE")
            .map(Path::of)
            .orElseGet(
                () ->
                    environment
                        .apply("XDG_CACHE_HOME")
                        .filter(folder -> !folder.isBlank())
                        .map(Path::of)
                        .orElseGet(() -> Path.of(System.getProperty("user.home", "."), ".cache"))
                        .resolve("halyard"));
    return cache.resolve("fpga-units");
  }

  /** {@return the design, by the SHA-256 of its RTL; none where no tools can build it} */
  static Map<String, Path> designs() {
    UnitBuilder builder =
        new UnitBuilder(units(variable -> Optional.ofNullable(System.getenv(variable))));
    return builder.missing().isPresent()
        ? Map.of()
        : Map.of(DenseDesign.verilogHash(), builder.build());
  }
}
