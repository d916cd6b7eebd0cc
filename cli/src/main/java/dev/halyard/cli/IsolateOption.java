package dev.halyard.cli;

import dev.halyard.Halyard;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The option of every command that opens devices. */
final class IsolateOption {
  /** Which plugins run in processes of their own; read by the runtime, and by benchmark sides. */
  private static final String PROPERTY = "halyard.isolate";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--isolate",
      paramLabel = "ID",
      split = ",",
      description =
          "Run the plugin of this id, such as cpu or opencl, in a process of its own; repeat for"
              + " others.")
  private List<String> ids = new ArrayList<>();

  /** Has its effect on the runtimes that are opened from now on. */
  void apply() {
    if (!ids.isEmpty()) {
      System.setProperty(PROPERTY, String.join(",", ids));
    }
  }

  /**
   * Has its effect, and opens this process's runtime to see that it has.
   *
   * @throws ParameterException if a plugin has no device that could be isolated
   */
  void require() {
    apply();
    for (String id : ids) {
      List<Halyard.Report> reports = StandardRuntime.get().reports();
      if (reports.stream().noneMatch(report -> report.id().startsWith(id + ":"))) {
        String reason =
            reports.stream()
                .filter(report -> report.id().equals(id))
                .map(Halyard.Report::reason)
                .findFirst()
                .orElse("no usable plugin has this id; ./halyard devices lists those there are");
        throw new ParameterException(command.commandLine(), "--isolate " + id + ": " + reason);
      }
    }
  }
}
