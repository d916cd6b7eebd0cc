package dev.halyard.cli;

import dev.halyard.Device;
import dev.halyard.Graph;
import dev.halyard.Kernel;
import dev.halyard.TensorArena;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs a model on tensors from files. */
@Command(
    name = "run",
    description = "Runs an ONNX model and reports its outputs, its latency and what ran where.",
    footer = {
      "",
      "Examples:",
      "  ./halyard run model.onnx --input x=x.npy --output out",
      "  ./halyard run model.onnx --random 1 --dim batch=4 --device cpu:0 --json"
    })
final class RunCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private IsolateOption isolate;

  @Mixin private ModelArguments arguments;

  @Option(
      names = "--input",
      paramLabel = "NAME=FILE",
      description = "An input: .npy, or an ONNX TensorProto .pb; repeat for others.")
  private final Map<String, Path> inputs = new LinkedHashMap<>();

  @Option(
      names = "--random",
      paramLabel = "SEED",
      description = "Fill the inputs that are not given with random numbers, 0 or 1 if integers.")
  private @Nullable Long seed;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Where to write the outputs, as NAME.npy; made when needed.")
  private @Nullable Path folder;

  @Option(
      names = "--runs",
      paramLabel = "N",
      defaultValue = "10",
      description = "How many runs to measure, after one to warm up. Default: ${DEFAULT-VALUE}.")
  private int runs;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    isolate.require();
    if (runs < 1) {
      throw new ParameterException(spec.commandLine(), "--runs wants at least 1, found " + runs);
    }
    Graph graph = arguments.importGraph();
    try (TensorArena inputArena = TensorArena.open()) {
      RunInputs given =
          RunInputs.of(graph, TensorFiles.read(inputs), arguments.dims(), seed, inputArena);
      Graph fixed = arguments.importGraph(given.dims());
      Device device = DeviceChoice.of(arguments.device(), fixed, given.workload());
      try (Kernel kernel = device.compile(fixed, arguments.options());
          TensorArena arena = kernel.openArena()) {
        RunReport report = RunReport.measure(kernel, arena, given, runs, folder);
        if (json) {
          Json.print(spec.commandLine().getOut(), report.toJson());
        } else {
          report.print(spec.commandLine().getOut());
        }
      }
    }
    return ExitCode.DONE;
  }
}
