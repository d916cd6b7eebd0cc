package dev.halyard.cli;

import dev.halyard.Halyard;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
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
   * Has its effect, and where a plugin is named opens this process's runtime to see that it has;
   * the property that stands for the option counts, too.
   *
   * @throws ParameterException if a plugin has no device that could be isolated
   */
  void require() {
    String before = System.getProperty(PROPERTY);
    apply();
    try {
      requireDevices();
    } catch (ParameterException e) {
      restore(before);
      throw e;
    }
  }

  private static void restore(@Nullable String before) {
    if (before == null) {
      System.clearProperty(PROPERTY);
    } else {
      System.setProperty(PROPERTY, before);
    }
  }

  private void requireDevices() {
    List<String> named = named();
    if (named.isEmpty()) {
      return;
    }
    List<Halyard.Report> reports = StandardRuntime.get().reports();
    for (String id : named) {
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

  private List<String> named() {
    List<String> all = new ArrayList<>(ids);
    all.addAll(List.of(System.getProperty(PROPERTY, "").split(",", -1)));
    return all.stream().map(String::strip).filter(id -> !id.isEmpty()).distinct().toList();
  }
}
