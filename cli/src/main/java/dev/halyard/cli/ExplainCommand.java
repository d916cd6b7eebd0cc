package dev.halyard.cli;

import dev.halyard.Device;
import dev.halyard.Graph;
import dev.halyard.Kernel;
import dev.halyard.Workload;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows what becomes of a model on a device. */
@Command(
    name = "explain",
    description =
        "Shows what becomes of a model on a device: the graph after each pass, what was claimed"
            + " and refused, the regions, the plan, and what the compiled programs say of"
            + " themselves.",
    footer = {
      "",
      "Examples:",
      "  ./halyard explain model.onnx",
      "  ./halyard explain model.onnx --device cpu:0 --dim batch=1 --stage simplify"
    })
final class ExplainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private IsolateOption isolate;

  @Mixin private ModelArguments arguments;

  @Option(
      names = "--stage",
      paramLabel = "NAME",
      description = "Show the whole graph after this pass, or after 'all', and nothing else.")
  private @Nullable String stage;

  @Override
  public Integer call() {
    isolate.require();
    Graph open = arguments.importGraph();
    RunInputs.requireKnown(open, arguments.dims());
    Graph graph = arguments.importGraph(arguments.dims());
    Device device =
        graph.symbols().isEmpty()
            ? DeviceChoice.of(arguments.device(), graph, Workload.standard())
            : DeviceChoice.inGeneral(arguments.device());
    try (Kernel kernel = device.compile(graph, arguments.options())) {
      Explanation explanation = new Explanation(kernel, spec.commandLine().getOut());
      if (stage == null) {
        explanation.print();
      } else {
        explanation.printStage(stage);
      }
    }
    return ExitCode.DONE;
  }
}
