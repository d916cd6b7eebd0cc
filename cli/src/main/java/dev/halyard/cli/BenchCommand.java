package dev.halyard.cli;

import dev.halyard.bench.Bench;
import dev.halyard.bench.BenchRow;
import dev.halyard.bench.BenchRow.Outcome;
import dev.halyard.bench.IsolationOverhead;
import dev.halyard.bench.Overhead;
import dev.halyard.bench.side.BenchCase;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs benchmarks side by side with peers. */
@Command(
    name = "bench",
    description = {
      "Measures cases side by side with peers in one run: each side in a process of its own, with"
          + " equally many threads, in blocks that take turns. Results are compared before anything"
          + " is timed. docs/bench.md says how to read the rows.",
      "",
      "Exits with 1 when a side broke, results differ or a figure is past its limit, and with 3"
          + " when a ratio could not be told well enough within the budget."
    },
    footer = {
      "",
      "Examples:",
      "  ./halyard bench --list",
      "  ./halyard bench sgemm-128x1536x384 --threads 2",
      "  ./halyard bench minilm-s128 --device cpu:0 --budget 30 --json"
    })
final class BenchCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private IsolateOption isolate;

  @Parameters(
      paramLabel = "CASE",
      arity = "0..*",
      description = "The cases: of --list, or sgemm of other sizes. All of --list by default.")
  private List<String> cases = new ArrayList<>();

  @Option(
      names = "--device",
      paramLabel = "ID",
      defaultValue = "cpu:0",
      description =
          "The device of our side, an id of ./halyard devices. Beside any other than cpu:0 the CPU"
              + " is a peer too. Default: ${DEFAULT-VALUE}.")
  private String device;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "How many threads each side computes with. Default: one per processor.")
  private @Nullable Integer threads;

  @Option(
      names = "--budget",
      paramLabel = "SECONDS",
      defaultValue = "20",
      description =
          "How long to measure a case at most, once its sides are ready; less where the ratio is"
              + " known before. Default: ${DEFAULT-VALUE}.")
  private int budget;

  @Option(names = "--list", description = "List the cases and run none.")
  private boolean list;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Option(names = "--out", paramLabel = "FILE", description = "Write the JSON to a file, too.")
  private @Nullable Path file;

  @Override
  public Integer call() throws IOException, InterruptedException {
    isolate.apply();
    List<BenchCase> chosen = chosen();
    if (list) {
      BenchReport.printCases(spec.commandLine().getOut());
      return ExitCode.DONE;
    }
    Bench.Settings settings = settings();
    List<BenchRow> rows = new ArrayList<>();
    ProgressBar progress = new ProgressBar(spec.commandLine().getErr(), ProgressBar.onTerminal());
    for (BenchCase benchCase : chosen) {
      rows.addAll(Bench.run(benchCase, settings, progress));
      progress.clear();
    }
    Overhead.@Nullable Figures overhead = wantsOverhead() ? measureOverhead() : null;
    IsolationOverhead.@Nullable Figures isolation = wantsIsolation() ? measureIsolation() : null;
    BenchReport report = new BenchReport(rows, overhead, isolation);
    print(report);
    if (file != null) {
      try (PrintWriter writer = new PrintWriter(Files.newBufferedWriter(file))) {
        Json.print(writer, report.toJson());
      }
    }
    return exitCode(report);
  }

  /** All cases, where none is named. */
  private List<BenchCase> chosen() {
    if (cases.isEmpty()) {
      return BenchCase.standard();
    }
    List<BenchCase> chosen = new ArrayList<>();
    for (String id : cases) {
      if (!id.equals(Overhead.CASE) && !id.equals(IsolationOverhead.CASE)) {
        chosen.add(parse(id));
      }
    }
    return chosen;
  }

  private BenchCase parse(String id) {
    try {
      return BenchCase.of(id);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(),
          e.getMessage() + ", " + Overhead.CASE + " and " + IsolationOverhead.CASE,
          e);
    }
  }

  private boolean wantsOverhead() {
    return cases.isEmpty() || cases.contains(Overhead.CASE);
  }

  private boolean wantsIsolation() {
    return cases.isEmpty() || cases.contains(IsolationOverhead.CASE);
  }

  private Bench.Settings settings() {
    int count = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    if (count < 1) {
      throw new ParameterException(
          spec.commandLine(), "--threads wants at least 1, found " + count);
    }
    if (budget < 1) {
      throw new ParameterException(
          spec.commandLine(), "--budget wants at least 1, found " + budget);
    }
    return new Bench.Settings(device, count, Duration.ofSeconds(budget));
  }

  private Overhead.Figures measureOverhead() throws InterruptedException {
    spec.commandLine().getErr().println("measuring " + Overhead.CASE + " (about 20 s)");
    return Overhead.measure();
  }

  private IsolationOverhead.Figures measureIsolation() {
    spec.commandLine().getErr().println("measuring " + IsolationOverhead.CASE + " (about 10 s)");
    return IsolationOverhead.measure();
  }

  private void print(BenchReport report) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Json.print(out, report.toJson());
    } else {
      report.print(out);
    }
  }

  static int exitCode(BenchReport report) {
    if (report.hasFailed()) {
      return ExitCode.FAILED;
    }
    return report.rows().stream().anyMatch(row -> row.outcome() == Outcome.IMPRECISE)
        ? ExitCode.INCONCLUSIVE
        : ExitCode.DONE;
  }
}
