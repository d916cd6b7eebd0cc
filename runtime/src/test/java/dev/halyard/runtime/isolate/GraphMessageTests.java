package dev.halyard.runtime.isolate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.halyard.CompileOptions;
import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.Value;
import dev.halyard.internal.Node;
import dev.halyard.runtime.compile.Lowering;
import dev.halyard.runtime.compile.PartitionOutline;
import dev.halyard.runtime.compile.Placed;
import dev.halyard.runtime.compile.Target;
import dev.halyard.spi.Attributes;
import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceKind;
import dev.halyard.spi.DriverContext;
import dev.halyard.spi.Partition;
import dev.halyard.spi.Region;
import dev.halyard.testkit.RandomGraphs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What arrives in the child is what was sent. */
class GraphMessageTests {
  private static final int GRAPHS = Integer.getInteger("halyard.test.graphs", 100);

  @TempDir Path base;
  private SharedFolder folder;

  @BeforeEach
  void openFolder() {
    folder = SharedFolder.create(base);
  }

  @AfterEach
  void nothingIsLeft() throws IOException {
    try (var files = Files.list(folder.path())) {
      assertEquals(1, files.count(), "the lock alone");
    }
    folder.close();
  }

  private GraphMessage.Received sent(Graph graph) throws IOException {
    MessageWriter out = new MessageWriter();
    try (GraphMessage.Sent sent = GraphMessage.write(graph, folder, out)) {
      GraphMessage.Received received =
          GraphMessage.read(new MessageReader(out.toBytes()), folder.path());
      assertEquals(names(sent.order()), names(received.order()));
      return received;
    }
  }

  private static List<String> names(List<Node> nodes) {
    return nodes.stream().map(Node::name).toList();
  }

  @Test
  void randomGraphsArriveWithTheirMeaningOrderAndNames() throws IOException {
    for (long seed = 0; seed < GRAPHS; seed++) {
      Graph graph = RandomGraphs.generate(seed).graph();
      Graph arrived = sent(graph).graph();
      assertArrayEquals(graph.canonicalBytes(), arrived.canonicalBytes(), () -> "" + graph);
      assertEquals(graph.name(), arrived.name());
    }
  }

  @Test
  void partitionsArriveWithTheirRegionsAndFingerprint() throws IOException {
    for (long seed = 0; seed < GRAPHS; seed++) {
      Graph graph = RandomGraphs.generate(seed).graph();
      for (Placed placed :
          Lowering.lower(graph, List.of(claimer()), CompileOptions.defaults()).placed()) {
        assertArrives(placed.partition());
      }
    }
  }

  private void assertArrives(Partition partition) throws IOException {
    MessageWriter out = new MessageWriter();
    Graph graph = (Graph) partition.graph();
    GraphMessage.Received received = sent(graph);
    try (GraphMessage.Sent sent = GraphMessage.write(graph, folder, new MessageWriter())) {
      PartitionMessage.write(PartitionOutline.of(partition, sent.order()), out);
    }
    Partition arrived =
        PartitionMessage.read(new MessageReader(out.toBytes()))
            .on(received.graph(), received.order());
    assertEquals(partition.fingerprint(), arrived.fingerprint());
    assertEquals(partition.toString(), arrived.toString());
    assertEquals(partition.symbols(), arrived.symbols());
    for (int i = 0; i < partition.regions().size(); i++) {
      assertEquals(ports(partition.regions().get(i)), ports(arrived.regions().get(i)));
    }
  }

  /** Constants are told by what they hold, as equal ones may become one. */
  private static List<List<String>> ports(Region region) {
    return List.of(
        region.inputs().stream()
            .filter(value -> value.constant().isEmpty())
            .map(value -> value.name() + value.shape())
            .toList(),
        region.outputs().stream().map(value -> value.name() + value.shape()).toList());
  }

  @Test
  void compositesOfTheApplicationStatesAndLargeConstantsArrive() throws IOException {
    Graph body =
        Graph.of(
            "body",
            g -> {
              Value x = g.input("x", DType.F32, 2);
              g.output("y", x.mul(g.constant(new float[] {3, 4})));
            });
    Graph graph =
        Graph.of(
            "outer",
            g -> {
              Value state = g.state("state", DType.F32, Shape.of(2));
              Value doubled =
                  g.composite("acme.scale/1", Attributes.none(), body, state).getFirst();
              Value large = g.constant(new float[1 << 16], 1 << 15, 2).reduceSum(false, 0);
              g.update(state, doubled.add(large));
              g.output("before", state);
            });
    assertArrayEquals(graph.canonicalBytes(), sent(graph).graph().canonicalBytes());
  }

  /** {@return a device that takes every primitive} */
  private static Target claimer() {
    DriverContext context =
        new DriverContext() {
          @Override
          public void lost(String reason) {}

          @Override
          public System.Logger log() {
            return System.getLogger("claimer");
          }

          @Override
          public Map<String, String> configuration() {
            return Map.of();
          }

          @Override
          public Path cacheFolder() {
            return Path.of("");
          }
        };
    DeviceDescriptor device = DeviceDescriptor.builder("serial", DeviceKind.OTHER, "Any").build();
    return new Target("claimer", new ScriptedPlugin().open(device, context), 1);
  }
}
