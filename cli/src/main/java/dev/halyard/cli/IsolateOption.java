package dev.halyard.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The option of every command that opens devices. */
final class IsolateOption {
  /** Which plugins run in processes of their own; read by the runtime, and by benchmark sides. */
  private static final String PROPERTY = "halyard.isolate";

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
}
