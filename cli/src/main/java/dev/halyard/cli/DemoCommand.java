package dev.halyard.cli;

import dev.halyard.examples.MiniLm;
import dev.halyard.examples.Passages;
import dev.halyard.examples.Passages.Passage;
import dev.halyard.examples.SemanticSearch;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows the whole way from a model to an answer on real text. */
@Command(
    name = "demo",
    description = {
      "Searches real prose by meaning: embeds some hundred passages of old popular science with"
          + " all-MiniLM-L6-v2 on the device with the least latency, and shows those nearest to"
          + " QUERY, which device was chosen and why, how long a passage takes and what ran where."
    },
    footer = {"", "Example:", "  ./halyard demo \"why is the sky blue\""})
final class DemoCommand implements Callable<Integer> {
  private static final int HITS = 5;

  @Spec private CommandSpec spec;

  @Mixin private IsolateOption isolate;

  @Parameters(
      arity = "0..*",
      paramLabel = "QUERY",
      description = "What to look for. Default: how does light bend.")
  private List<String> query = List.of("how", "does", "light", "bend");

  @Option(names = "--passages", paramLabel = "N", description = "Search the first N passages only.")
  private @Nullable Integer limit;

  @Override
  public Integer call() throws IOException {
    isolate.require();
    long start = System.nanoTime();
    PrintWriter out = spec.commandLine().getOut();
    ProgressBar progress = new ProgressBar(spec.commandLine().getErr(), ProgressBar.onTerminal());
    List<Passage> passages = Passages.all();
    if (limit != null) {
      passages = passages.subList(0, Math.clamp(limit, 1, passages.size()));
    }
    String text = String.join(" ", query);
    try (MiniLm model = MiniLm.open(StandardRuntime.get(), progress)) {
      Duration opening = Duration.ofNanos(System.nanoTime() - start);
      SemanticSearch search = new SemanticSearch(model, passages, progress);
      DemoReport report = DemoReport.of(text, model, search, HITS, opening);
      progress.clear();
      report.print(out, spec.commandLine().getColorScheme().ansi());
      out.printf("%nTotal     %.1f s%n", (System.nanoTime() - start) / 1e9);
    }
    return ExitCode.DONE;
  }
}
