package dev.halyard.fpga.xrt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.halyard.CompileOptions;
import dev.halyard.Device;
import dev.halyard.Graph;
import dev.halyard.Halyard;
import dev.halyard.Kernel;
import dev.halyard.Tensor;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/** A runtime with the plugin in it, on a model board, and the CPU. */
final class Session implements AutoCloseable {
  final ModelSource source;
  final InProcessPlugin plugin;
  final Halyard halyard;

  private Session(ModelSource source, String... properties) {
    this.source = source;
    plugin = new InProcessPlugin("fpga-xrt", source);
    Halyard.Config config =
        Halyard.Config.fromEnvironment()
            .plugin(plugin)
            .property("halyard.check", "true")
            .cacheFolder(Path.of("target", "cache"));
    for (int i = 0; i < properties.length; i += 2) {
      config = config.property("halyard.fpga-xrt." + properties[i], properties[i + 1]);
    }
    halyard = Halyard.open(config);
  }

  /** Opens a session with properties of the plugin, in pairs of key and value. */
  static Session open(String... properties) {
    return new Session(ModelSource.of(ModelSource.EMULATED), properties);
  }

  static Session onCard() {
    return new Session(ModelSource.of(ModelSource.CARD), "xclbin", "card.xclbin");
  }

  Device device() {
    return halyard.device("fpga-xrt:0");
  }

  Kernel compile(Graph graph) {
    return device().compile(graph, CompileOptions.defaults().fallback(false));
  }

  /** {@return what the board computes, and nothing else} */
  Map<String, Tensor> run(Graph graph, Map<String, Tensor> inputs) {
    try (Kernel kernel = compile(graph)) {
      return kernel.run(inputs);
    }
  }

  Map<String, Tensor> runOnCpu(Graph graph, Map<String, Tensor> inputs) {
    CompileOptions options = CompileOptions.defaults().fallback(false);
    try (Kernel kernel = halyard.device("cpu:0").compile(graph, options)) {
      return kernel.run(inputs);
    }
  }

  XrtDriver driver() {
    return Objects.requireNonNull(plugin.driver);
  }

  ModelBoard board() {
    return source.last();
  }

  void requireNothingLeft() {
    assertEquals(0, driver().nativeBytes(), "native bytes");
    assertEquals(0, driver().handles(), "handles");
    assertEquals(0, driver().threads(), "threads");
    assertEquals(0, board().open.get(), "buffers, runs and parts of the board");
  }

  @Override
  public void close() {
    halyard.close();
  }
}
