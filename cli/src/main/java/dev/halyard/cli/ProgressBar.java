package dev.halyard.cli;

import dev.halyard.examples.Progress;
import java.io.Console;
import java.io.PrintWriter;
import java.util.Optional;

/** Shows progress: a bar that is redrawn on a terminal, a line per step elsewhere. */
final class ProgressBar implements Progress {
  private static final int CELLS = 30;

  /** A terminal redraws no faster than an eye sees. */
  private static final long REDRAW_NANOS = 50_000_000;

  private final PrintWriter err;
  private final boolean terminal;
  private String step = "";
  private long drawn = System.nanoTime() - REDRAW_NANOS;

  ProgressBar(PrintWriter err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  /** {@return whether both ends of the process are a terminal} */
  static boolean onTerminal() {
    return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
  }

  @Override
  public void at(String now, int done, int total) {
    if (terminal) {
      redraw(now, done, total);
    } else if (!now.equals(step)) {
      err.println(now);
    }
    step = now;
  }

  private void redraw(String now, int done, int total) {
    boolean due = System.nanoTime() - drawn >= REDRAW_NANOS;
    if (!due && done != total && now.equals(step)) {
      return;
    }
    drawn = System.nanoTime();
    int full = total == 0 ? CELLS : CELLS * done / total;
    err.printf(
        "\r%-32s [%s%s] %d/%d\033[K", now, "#".repeat(full), ".".repeat(CELLS - full), done, total);
    err.flush();
  }

  /** Wipes the bar, so that what comes next starts on a clean line. */
  void clear() {
    if (terminal) {
      err.print("\r\033[K");
      err.flush();
    }
  }
}
