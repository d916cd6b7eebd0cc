package dev.halyard.tck;

import dev.halyard.tck.check.Area;
import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Rules;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.check.Verdict;
import dev.halyard.tck.run.Description;
import java.io.Console;
import java.io.PrintWriter;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells people how far a run is: one line that is rewritten on a terminal, a line an area else. */
final class Progress implements Consumer<Result> {
  private static final long REWRITE_NANOS = 200_000_000;

  private final PrintWriter err;
  private final Settings settings;
  private final Map<Area, Integer> counts = new EnumMap<>(Area.class);
  private final boolean terminal = isTerminal();
  private final long start = System.nanoTime();
  private @Nullable Area area;
  private int done;
  private long written;

  Progress(PrintWriter err, Settings settings, Description description, Set<Area> areas) {
    this.err = err;
    this.settings = settings;
    areas.forEach(
        chosen -> counts.put(chosen, description.checks().getOrDefault(chosen, List.of()).size()));
  }

  @SuppressWarnings("SystemConsoleNull") // annotated as nullable all the same
  private static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  @Override
  public void accept(Result result) {
    Area current = Rules.of(result.rule()).area();
    // Areas run in their order; a latency check may cite a numerical rule.
    if (area == null || current.compareTo(area) > 0) {
      finish();
      area = current;
      done = 0;
    }
    done++;
    if (result.verdict().isFailure() || result.verdict() == Verdict.INCONCLUSIVE) {
      show(result);
    }
    if (terminal && System.nanoTime() - written > REWRITE_NANOS) {
      written = System.nanoTime();
      err.print("\r" + line() + "\033[K");
      err.flush();
    }
  }

  private String line() {
    long seconds = (System.nanoTime() - start) / 1_000_000_000;
    return area
        + ": "
        + done
        + " of "
        + counts.getOrDefault(area, done)
        + " checks, "
        + seconds
        + " s";
  }

  private void show(Result result) {
    err.print(terminal ? "\r\033[K" : "");
    err.println(result.verdict() + "  " + result.id());
    result.message().lines().forEach(line -> err.println("    " + line));
    if (result.verdict().isFailure()) {
      err.println("    again: " + command(result));
    }
    err.flush();
  }

  private String command(Result result) {
    StringBuilder command = new StringBuilder("halyard tck --device ").append(settings.device());
    if (settings.pluginFolder() != null) {
      command.append(" --plugin ").append(settings.pluginFolder());
    }
    if (settings.pluginClass() != null) {
      command.append(" --plugin-class '").append(settings.pluginClass()).append('\'');
    }
    if (settings.isFull()) {
      command.append(" --profile full");
    }
    return command
        .append(" --case '")
        .append(result.id())
        .append("' --seed ")
        .append(settings.seed())
        .toString();
  }

  /** Ends the line of an area. */
  void finish() {
    if (area != null) {
      err.println((terminal ? "\r" : "") + line() + (terminal ? "\033[K" : ""));
      err.flush();
    }
  }
}
