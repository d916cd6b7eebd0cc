package dev.halyard.runtime.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.halyard.CompileOptions;
import dev.halyard.Graph;
import dev.halyard.spi.NodeView;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What small networks are lowered to, as text, so that a change of a pass shows its effect. */
class GoldenTests {
  private static final String REGENERATE =
      "the lowering of this network changed; look at the difference, and if it is meant, run"
          + " mvn -o -pl runtime -am -Dtest=GoldenTests -Dsurefire.failIfNoSpecifiedTests=false"
          + " -Dhalyard.golden=src/test/resources/dev/halyard/runtime/compile test";

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "transformer_layer", "exported", "quantized"})
  void networkIsLoweredAsWrittenDown(String name) throws IOException {
    String found = lowered(network(name));
    String golden = System.getProperty("halyard.golden");
    if (golden != null) {
      Files.writeString(Path.of(golden, name + ".txt"), found);
      return;
    }
    assertEquals(wanted(name), found, REGENERATE);
  }

  private static String wanted(String name) throws IOException {
    try (InputStream in = GoldenTests.class.getResourceAsStream(name + ".txt")) {
      return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Graph network(String name) {
    return switch (name) {
      case "mlp" -> Networks.mlp();
      case "transformer_layer" -> Networks.transformerLayer();
      case "exported" -> Networks.exported();
      default -> Networks.quantized();
    };
  }

  /** As a device with kernels for rows would have it: it takes everything but attention. */
  private static String lowered(Graph graph) {
    Predicate<NodeView> takes = node -> !node.op().equals("halyard.attention/1");
    Lowered lowered =
        Lowering.lower(graph, List.of(FakeDriver.fusing("fake", takes)), CompileOptions.defaults());
    StringBuilder text = new StringBuilder(lowered.graph().toString());
    for (Placed placed : lowered.placed()) {
      text.append("partition ").append(placed.partition().name()).append('\n');
      placed.partition().regions().forEach(r -> text.append("  ").append(r).append('\n'));
    }
    return text.toString();
  }
}
