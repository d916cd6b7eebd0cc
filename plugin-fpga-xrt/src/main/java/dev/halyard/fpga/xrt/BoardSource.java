package dev.halyard.fpga.xrt;

import dev.halyard.spi.DriverContext;
import dev.halyard.spi.ProbeContext;
import java.util.List;

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
   * {@return the boards there are} Nothing is started, opened, loaded or written for it; it does not
   * throw.
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
}
