package dev.halyard.cli;

import dev.halyard.CompileOptions;
import dev.halyard.Dims;
import dev.halyard.Graph;
import dev.halyard.onnx.OnnxModel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The arguments of every command that compiles a model. */
final class ModelArguments {
  @Parameters(index = "0", paramLabel = "MODEL.onnx", description = "The model.")
  private Path model;

  @Option(
      names = "--dim",
      paramLabel = "NAME=N",
      description = "The value of a dimension that the model leaves open; repeat for others.")
  private final Map<String, Long> dims = new LinkedHashMap<>();

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "best:latency",
      description =
          "Where to run: an id of ./halyard devices, or best:latency or best:throughput by"
              + " measurement. Default: ${DEFAULT-VALUE}.")
  private String device;

  @Option(
      names = "--no-fallback",
      description = "Fail where the device cannot run a part, in place of running it on the CPU.")
  private boolean noFallback;

  /** {@return the graph, its open dimensions symbolic} */
  Graph importGraph() {
    return OnnxModel.importGraph(model);
  }

  /** {@return the graph with some of its dimensions fixed: more of it is folded} */
  Graph importGraph(Dims fixed) {
    return OnnxModel.importGraph(model, fixed.asMap());
  }

  Dims dims() {
    Dims given = Dims.none();
    for (Map.Entry<String, Long> dim : dims.entrySet()) {
      given = given.and(dim.getKey(), dim.getValue());
    }
    return given;
  }

  String device() {
    return device;
  }

  CompileOptions options() {
    return CompileOptions.defaults().fallback(!noFallback);
  }
}
