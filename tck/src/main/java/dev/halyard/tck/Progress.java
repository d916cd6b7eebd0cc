package dev.halyard.tck;

import dev.halyard.tck.check.Area;
import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.check.Verdict;
import dev.halyard.tck.report.Repeat;
import dev.halyard.tck.run.Plan;
import java.io.Console;
import java.io.PrintWriter;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells people how far a run is: on a terminal by one line that is rewritten, else by a line when
 * an area ends, and when a check ends 30 s after the last.
 */
final class Progress implements Consumer<Result> {
  private static final long REWRITE_NANOS = 200_000_000;
  private static final long LINE_NANOS = 30_000_000_000L;

  private final PrintWriter err;
  private final Settings settings;
  private final Plan plan;
  private final LongSupplier clock;
  private final boolean terminal = isTerminal();
  private final Set<Area> finished = EnumSet.noneOf(Area.class);
  private long start;
  private @Nullable Area area;
  private int done;
  private long written;

  Progress(PrintWriter err, Settings settings, Plan plan) {
    this(err, settings, plan, System::nanoTime);
  }

  Progress(PrintWriter err, Settings settings, Plan plan, LongSupplier clock) {
    this.clock = clock;
    start = clock.getAsLong();
    this.err = err;
    this.settings = settings;
    this.plan = plan;
  }

  @SuppressWarnings("SystemConsoleNull") // annotated as nullable all the same
  private static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  /** Says what is tested. */
  void announce() {
    err.printf(
        "%s%s: %d checks, %s, seed %d%n",
        settings.device(),
        settings.isolate() ? ", its plugin in processes of its own" : "",
        plan.ids().size(),
        settings.profile().name().toLowerCase(Locale.ROOT),
        settings.seed());
    err.flush();
  }

  @Override
  public void accept(Result result) {
    if (result.isRetry()) {
      show(result, ", retried");
      return;
    }
    plan.areaOf(result.id())
        .filter(planned -> planned != area && !finished.contains(planned))
        .ifPresent(this::begin);
    done++;
    if (result.verdict().isFailure() || result.verdict() == Verdict.INCONCLUSIVE) {
      show(result, "");
    }
    if (done == planned()) {
      finish();
    } else if (area != null
        && clock.getAsLong() - written > (terminal ? REWRITE_NANOS : LINE_NANOS)) {
      written = clock.getAsLong();
      err.print(terminal ? "\r" + line() + "\033[K" : line() + System.lineSeparator());
      err.flush();
    }
  }

  private void begin(Area next) {
    finish();
    area = next;
    done = 0;
    written = clock.getAsLong();
  }

  private String line() {
    long seconds = (clock.getAsLong() - start) / 1_000_000_000;
    return area + ": " + done + " of " + planned() + " checks, " + seconds + " s";
  }

  private int planned() {
    return area == null ? 0 : plan.of(area).size();
  }

  private void show(Result result, String when) {
    err.print(terminal ? "\r\033[K" : "");
    err.println(result.verdict() + "  " + result.id() + when);
    result.message().lines().forEach(line -> err.println("    " + line));
    if (result.verdict().isFailure()) {
      err.println("    again: " + Repeat.command(settings, result));
    }
    err.flush();
  }

  /** Ends the line of an area. */
  void finish() {
    if (area != null) {
      err.println((terminal ? "\r" : "") + line() + (terminal ? "\033[K" : ""));
      err.flush();
      finished.add(area);
      area = null;
      start = clock.getAsLong();
    }
  }
}
