package dev.halyard.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Looks at everything that Halyard needs of its host. */
@Command(
    name = "doctor",
    description =
        "Checks the Java runtime, the host, the cache and the plugins, and says what to do.",
    footer = {
      "",
      "Exits with 1 when something that is needed is missing; a warning is no failure.",
      "",
      "Example:",
      "  ./halyard doctor"
    })
final class DoctorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() {
    List<Finding> findings = Checkup.run();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Json.print(out, findings.stream().map(DoctorCommand::object).toList());
    } else {
      findings.forEach(finding -> print(out, finding));
    }
    boolean missing = findings.stream().anyMatch(f -> f.state() == Finding.State.MISSING);
    return missing ? ExitCode.FAILED : ExitCode.DONE;
  }

  private static Object object(Finding finding) {
    return Json.object(
        "check",
        finding.check(),
        "state",
        finding.state().label(),
        "found",
        finding.found(),
        "advice",
        finding.advice());
  }

  private void print(PrintWriter out, Finding finding) {
    Ansi ansi = spec.commandLine().getColorScheme().ansi();
    String state =
        ansi.string(
            "@|"
                + finding.state().style()
                + " "
                + finding.state().label()
                + "|@"
                + " ".repeat(8 - finding.state().label().length()));
    out.printf("%s%-16s %s%n", state, finding.check(), finding.found());
    if (!finding.advice().isEmpty()) {
      out.println(" ".repeat(25) + finding.advice());
    }
  }
}
