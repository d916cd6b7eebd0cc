package dev.halyard.cli;

import dev.halyard.bench.Overhead;
import dev.halyard.bench.Overhead.Figures;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs benchmarks, each side by side with its peer in one process. */
@Command(
    name = "bench",
    description = {
      "Measures cases side by side with a peer, interleaved in one run.",
      "Exits with 1 when a figure is past its limit."
    },
    footer = {"", "Example:", "  ./halyard bench overhead-mlp-16-64-32-32-5"})
final class BenchCommand implements Callable<Integer> {
  private static final String OVERHEAD = "overhead-mlp-16-64-32-32-5";
  private static final String PEER = "bare Stream.execute";

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "CASE", arity = "0..*", description = "The cases; all by default.")
  private List<String> cases = new ArrayList<>();

  @Option(names = "--list", description = "List the cases and run none.")
  private boolean list;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    for (String name : cases) {
      if (!name.equals(OVERHEAD)) {
        throw new ParameterException(
            spec.commandLine(), "there is no case '" + name + "'; there is " + OVERHEAD);
      }
    }
    if (list) {
      out.println(OVERHEAD + "  what the runtime adds to " + PEER + ": time, and bytes allocated");
      return ExitCode.DONE;
    }
    spec.commandLine().getErr().println("measuring " + OVERHEAD + " (about 20 s)");
    Figures figures = Overhead.measure();
    print(out, figures);
    return Overhead.isWithinLimits(figures) ? ExitCode.DONE : ExitCode.FAILED;
  }

  private void print(PrintWriter out, Figures figures) {
    if (json) {
      Json.print(out, List.of(row(figures)));
    } else {
      Overhead.describe(figures).forEach(out::println);
    }
  }

  private static Object row(Figures figures) {
    return Json.object(
        "case",
        OVERHEAD,
        "peer",
        PEER,
        "threads",
        figures.threads(),
        "oursMs",
        figures.executeNanos() / 1e6,
        "peerMs",
        figures.bareNanos() / 1e6,
        "ratio",
        Double.parseDouble(
            String.format(Locale.ROOT, "%.4f", figures.executeNanos() / figures.bareNanos())),
        "addedNanos",
        figures.addedNanos(),
        "executeBytes",
        figures.executeBytes(),
        "submitBytes",
        figures.submitBytes());
  }
}
