package dev.halyard.tck;

import dev.halyard.tck.check.Area;
import dev.halyard.tck.check.Exclusions;
import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Rules;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.report.Environment;
import dev.halyard.tck.report.Reports;
import dev.halyard.tck.report.Summary;
import dev.halyard.tck.run.Description;
import dev.halyard.tck.run.Kit;
import dev.halyard.tck.run.Plan;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Puts a device to the conformance kit. */
@Command(
    name = "tck",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = "Says whether a device is numerically right, in time, and robust.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  halyard tck --device cpu:0",
      "  halyard tck --device acme:0 --plugin plugins --profile full --report full-1",
      "  halyard tck --device acme:0 --plugin plugins --isolate",
      "  halyard tck --device acme:0 --plugin plugins --case 'N-301 matmul/1 F32 S3 K=512' --seed"
          + " 7",
      "  halyard tck pack full-1 -o full-1.zip",
      "  halyard tck verify full-1.zip"
    },
    subcommands = {PackCommand.class, VerifyCommand.class},
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:PASS",
      "1:FAIL, or the plugin broke before its first check",
      "2:usage, or there is no such device",
      "3:INCONCLUSIVE"
    })
public final class TckCommand implements Callable<Integer> {
  private static final int PASSED = 0;
  private static final int FAILED = 1;
  private static final int INCONCLUSIVE = 3;
  private static final int MOST_JOBS = 64;

  @Spec private CommandSpec spec;

  @Option(
      names = "--device",
      paramLabel = "ID",
      description =
          "The device: <plugin>:<index> or a stable id. Required, except by pack and verify.")
  private @Nullable String device;

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
      names = "--isolate",
      description =
          "Run the device's plugin in processes of its own, as a plugin that asks for it runs in"
              + " any case.")
  private boolean isolate;

  @Option(
      names = "--profile",
      paramLabel = "PROFILE",
      description =
          "quick (5 minutes, never certifies) or full (30 minutes, an hour where a driver takes"
              + " long to compile: see --jobs). Default: quick.",
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

  @Option(names = "--tight", description = "Hold dot products to the TIGHT limit (rule N-302).")
  private boolean tight;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description =
          "How many processes share the numerical checks, each with the device open. Default:"
              + " ${DEFAULT-VALUE}.",
      defaultValue = "1")
  private int jobs;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "Where the report goes. Default: ${DEFAULT-VALUE}.",
      defaultValue = "tck-report")
  private Path report;

  @Option(names = "--list", description = "Print the ids of the checks, and run none.")
  private boolean list;

  /** For picocli. */
  public TckCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (device == null) {
      throw usage("Missing required option: '--device=ID'; --device=? lists those there are");
    }
    if (jobs < 1 || jobs > MOST_JOBS) {
      throw usage("--jobs " + jobs + ": wants 1 to " + MOST_JOBS);
    }
    Set<Area> areas = areas();
    Settings settings = settings(device);
    try {
      Description description = Description.of(settings);
      Map<String, Object> environment = description.environment();
      boolean isolated = Boolean.TRUE.equals(environment.get(Environment.ISOLATED));
      return run(settings.isolate(isolated), environment, chosen(description.plan(), areas));
    } catch (Description.NothingToRunException e) {
      throw usage(String.valueOf(e.getMessage()));
    } catch (Description.BrokenException e) {
      return broken(settings, e.result());
    }
  }

  private int run(Settings settings, Map<String, Object> environment, Plan plan)
      throws IOException, InterruptedException {
    if (list) {
      plan.ids().forEach(spec.commandLine().getOut()::println);
      return PASSED;
    }
    Progress progress = new Progress(spec.commandLine().getErr(), settings, plan);
    progress.announce();
    List<Result> results = Kit.run(settings, jobs, plan, report, progress);
    progress.finish();
    return conclude(Reports.write(report, settings, environment, plan, results));
  }

  private int broken(Settings settings, Result failure) throws IOException {
    Plan plan = Kit.record(report, List.of(failure));
    new Progress(spec.commandLine().getErr(), settings, plan).accept(failure);
    return conclude(
        Reports.write(report, settings, Environment.of(settings), plan, List.of(failure)));
  }

  private int conclude(Summary summary) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "%s: %s (%s; seed %d%s), %s%n",
        summary.deviceText(),
        summary.verdict(),
        summary.counts(),
        summary.seed(),
        summary.isolated() ? "; isolated" : "",
        summary.certification());
    out.printf("report: %s%n", report.resolve("index.html"));
    return switch (summary.verdict()) {
      case PASS -> PASSED;
      case INCONCLUSIVE -> INCONCLUSIVE;
      default -> FAILED;
    };
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private Settings settings(String id) {
    requireKnown();
    if (plugin != null && !Files.isDirectory(plugin)) {
      throw usage(
          "--plugin "
              + plugin
              + (Files.exists(plugin)
                  ? " is a file: name the folder it is in"
                  : ": there is no such folder"));
    }
    return new Settings(
        id,
        plugin,
        pluginClass,
        constant("--profile", Settings.Profile.class, profile),
        tight,
        seed == null ? Settings.freshSeed() : seed,
        checkId,
        rules == null ? List.of() : rules,
        isolate);
  }

  private <E extends Enum<E>> E constant(String option, Class<E> type, String name) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equalsIgnoreCase(name)) {
        return constant;
      }
    }
    throw usage(
        option
            + " "
            + name
            + ": wants one of "
            + EnumSet.allOf(type).toString().toLowerCase(Locale.ROOT));
  }

  /** Where a check lies, its plan says: a latency check may cite a numerical rule. */
  private Plan chosen(Plan all, Set<Area> areas) {
    Plan plan = all.within(areas);
    if (!plan.ids().isEmpty()) {
      return plan;
    }
    throw usage(
        checkId == null
            ? "no check cites the rules " + rules + " in " + areas
            : "there is no check '" + checkId + "'" + in(areas) + "; --list prints the ids");
  }

  private static String in(Set<Area> areas) {
    return areas.size() == Area.values().length ? "" : " in " + areas;
  }

  private Set<Area> areas() {
    Set<Area> areas = EnumSet.noneOf(Area.class);
    if (only == null) {
      return EnumSet.allOf(Area.class);
    }
    only.forEach(name -> areas.add(constant("--only", Area.class, name)));
    return areas;
  }

  /** An excluded check is no check of this kit; whoever asks for it is told why. */
  private void requireKnown() {
    try {
      if (rules != null) {
        rules.forEach(Rules::of);
      }
      if (checkId != null) {
        Rules.citedBy(checkId);
      }
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
    Exclusions.all().stream()
        .filter(exclusion -> exclusion.check().equals(checkId))
        .findFirst()
        .ifPresent(
            exclusion -> {
              throw usage(exclusion.toString());
            });
  }
}
