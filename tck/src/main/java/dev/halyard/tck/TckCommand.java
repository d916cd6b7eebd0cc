package dev.halyard.tck;

import dev.halyard.tck.check.Area;
import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Rules;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.check.Verdict;
import dev.halyard.tck.report.Reports;
import dev.halyard.tck.report.Summary;
import dev.halyard.tck.run.Kit;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Puts a device to the conformance kit. */
@Command(
    name = "tck",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = "Says whether a device is numerically right, in time, and robust.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:PASS", "1:FAIL", "2:usage", "3:INCONCLUSIVE"})
public final class TckCommand implements Callable<Integer> {
  private static final int PASSED = 0;
  private static final int FAILED = 1;
  private static final int INCONCLUSIVE = 3;

  @Spec private CommandSpec spec;

  @Option(
      names = "--device",
      paramLabel = "ID",
      description = "The device: <plugin>:<index> or a stable id.",
      required = true)
  private String device;

  @Option(
      names = "--plugin",
      paramLabel = "DIR",
      description = "Where the plugin's jars are: a folder per plugin in it, or a jar each.")
  private @Nullable Path plugin;

  @Option(
      names = "--plugin-class",
      paramLabel = "NAME",
      description = "A plugin class on the class path that no service file names.")
  private @Nullable String pluginClass;

  @Option(
      names = "--profile",
      paramLabel = "PROFILE",
      description = "quick (5 minutes, never certifies) or full (30 minutes). Default: quick.",
      defaultValue = "quick")
  private String profile;

  @Option(
      names = "--only",
      paramLabel = "AREA",
      split = ",",
      description = "contract, numerical, robustness or latency; all by default.")
  private @Nullable List<String> only;

  @Option(
      names = "--rule",
      paramLabel = "RULE",
      split = ",",
      description = "The only rules to look at, such as N-301; all by default.")
  private @Nullable List<String> rules;

  @Option(
      names = "--case",
      paramLabel = "ID",
      description = "The only check to run, by the id that results show.")
  private @Nullable String checkId;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "What every random choice follows from; a fresh one by default.")
  private @Nullable Long seed;

  @Option(names = "--tight", description = "Hold dot products to the TIGHT limit (rule N-303).")
  private boolean tight;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Where the report goes. Default: ${DEFAULT-VALUE}.",
      defaultValue = "tck-report")
  private Path report;

  /** For picocli. */
  public TckCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    Settings settings =
        new Settings(
            device,
            plugin,
            pluginClass,
            Settings.Profile.valueOf(profile.toUpperCase(Locale.ROOT)),
            tight,
            seed == null ? Settings.freshSeed() : seed,
            checkId,
            rules == null ? List.of() : rules);
    List<Result> results = Kit.run(settings, areas(), report, result -> show(err, result));
    Summary summary = Reports.write(report, settings, results);
    out.printf(
        "%s: %s (%d passed, %d failed, %d inconclusive, %d skipped; seed %d)%n",
        summary.device(),
        summary.verdict(),
        summary.passed(),
        summary.failed(),
        summary.inconclusive(),
        summary.skipped(),
        summary.seed());
    return switch (summary.verdict()) {
      case PASS -> PASSED;
      case INCONCLUSIVE -> INCONCLUSIVE;
      default -> FAILED;
    };
  }

  private Set<Area> areas() {
    Set<Area> areas = EnumSet.noneOf(Area.class);
    if (checkId != null) {
      areas.add(Rules.citedBy(checkId).area());
    } else if (only == null) {
      areas.addAll(EnumSet.allOf(Area.class));
    } else {
      only.forEach(name -> areas.add(Area.valueOf(name.toUpperCase(Locale.ROOT))));
    }
    return areas;
  }

  private static void show(PrintWriter err, Result result) {
    if (result.verdict().isFailure() || result.verdict() == Verdict.INCONCLUSIVE) {
      err.printf("%s  %s%n    %s%n", result.verdict(), result.id(), result.message());
      err.flush();
    }
  }
}
