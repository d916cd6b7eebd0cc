package dev.halyard.fpga.xrt;

import dev.halyard.PluginException;
import dev.halyard.spi.DriverContext;
import dev.halyard.spi.ProbeContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Somewhere boards come from: the cards of this machine, an emulator. A ServiceLoader service. */
public interface BoardSource {
  /**
   * What a source has found.
   *
   * @param boards in an order that stays the same from one start to the next
   * @param reason why there are none and what to do, for the operator; empty if there are some
   */
  record Listing(List<BoardDescription> boards, String reason) {
    /** Makes a listing; the list is copied. */
    public Listing {
      boards = List.copyOf(boards);
    }
  }

  /**
   * {@return the boards there are} Nothing is started, opened, loaded or written for it; it does
   * not throw.
   *
   * @param context the environment and configuration
   */
  Listing list(ProbeContext context);

  /**
   * Opens a board, in a process that has the environment that the board asks for.
   *
   * @param board one that {@link #list} has given
   * @param context where to report a loss and keep files
   * @return the board, which the caller closes
   */
  Board open(BoardDescription board, DriverContext context);

  /**
   * {@return what drives the boards, for reports: the library, its version and its digest}
   *
   * @param context the environment and configuration
   * @throws PluginException with the reason why nothing can
   */
  default String driver(ProbeContext context) {
    return XrtLibrary.find(
            Optional.ofNullable(context.configuration().get("library")), context::environment)
        .orElseThrow()
        .describe();
  }

  /**
   * {@return the file to load on a board where the user names none; empty if the user has to} Asked
   * before the board is opened; the file may be made for it, below {@link
   * DriverContext#cacheFolder}.
   *
   * @param board one that {@link #list} has given
   * @param context where to keep files
   */
  default Optional<Path> xclbin(BoardDescription board, DriverContext context) {
    return Optional.empty();
  }
}
