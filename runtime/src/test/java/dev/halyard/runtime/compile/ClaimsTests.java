package dev.halyard.runtime.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.ArtefactNeededException;
import dev.halyard.CompileOptions;
import dev.halyard.DType;
import dev.halyard.Dims;
import dev.halyard.Gelu;
import dev.halyard.Graph;
import dev.halyard.Plan;
import dev.halyard.Tensor;
import dev.halyard.UnsupportedOnDeviceException;
import dev.halyard.Value;
import dev.halyard.spi.Cost;
import dev.halyard.spi.GraphView;
import dev.halyard.spi.NodeView;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClaimsTests {
  private static final CompileOptions DEFAULTS = CompileOptions.defaults();

  private static Graph chain() {
    return Graph.of(
        "chain",
        g -> {
          Value x = g.input("x", DType.F32, 2, 3);
          g.output("y", x.exp().neg().sqrt().abs());
        });
  }

  private static List<NodeView> nodes(GraphView graph, String... ops) {
    Set<String> wanted = Set.of(ops);
    return graph.nodes().stream()
        .filter(node -> wanted.contains(node.op()))
        .map(NodeView.class::cast)
        .toList();
  }

  private static Target whole(String id, String... ops) {
    return FakeDriver.target(
        id,
        (graph, sink) -> {
          sink.whole(nodes(graph, ops), Cost.ready());
          graph.nodes().forEach(node -> sink.fusable(node, Cost.ready()));
        });
  }

  @Test
  void wholeClaimsStandBeforeSingleNodes() {
    Target target =
        FakeDriver.target(
            "pairs",
            (graph, sink) -> {
              graph.nodes().forEach(node -> sink.fusable(node, Cost.ready()));
              sink.whole(nodes(graph, "neg/1", "sqrt/1"), Cost.ready());
            });
    Lowered lowered = Lowering.lower(chain(), List.of(target), DEFAULTS);
    assertEquals(
        List.of(List.of("exp/1"), List.of("neg/1", "sqrt/1"), List.of("abs/1")),
        lowered.steps().stream().map(Plan.Step::nodes).toList());
    assertEquals(
        List.of(false, true, false), lowered.steps().stream().map(Plan.Step::whole).toList());
  }

  @Test
  void wholeClaimStaysWholeWithoutFusion() {
    Lowered lowered =
        Lowering.lower(chain(), List.of(whole("pairs", "neg/1", "sqrt/1")), DEFAULTS.fusion(false));
    assertEquals(3, lowered.steps().size());
    assertTrue(lowered.steps().get(1).whole());
  }

  @Test
  void earlierOfTwoOverlappingWholeClaimsStands() {
    Target target =
        FakeDriver.target(
            "greedy",
            (graph, sink) -> {
              sink.whole(nodes(graph, "exp/1", "neg/1"), Cost.ready());
              sink.whole(nodes(graph, "neg/1", "sqrt/1", "abs/1"), Cost.ready());
              graph.nodes().forEach(node -> sink.fusable(node, Cost.ready()));
            });
    Lowered lowered = Lowering.lower(chain(), List.of(target), DEFAULTS);
    assertEquals(List.of("exp/1", "neg/1"), lowered.steps().getFirst().nodes());
    assertEquals(List.of("sqrt/1", "abs/1"), lowered.steps().get(1).nodes());
    assertFalse(lowered.steps().get(1).whole());
  }

  @Test
  void claimWithAPathThatLeavesItIsRejectedWithANote() {
    Lowered lowered = Lowering.lower(chain(), List.of(whole("bad", "exp/1", "sqrt/1")), DEFAULTS);
    assertEquals(1, lowered.steps().size());
    assertFalse(lowered.steps().getFirst().whole());
    assertEquals(
        List.of(
            "bad: the whole claim on [exp_0, sqrt_2] is rejected, since a path from one of them to"
                + " another leaves the claim"),
        lowered.notes());
  }

  @Test
  void twoConvexClaimsThatWaitForEachOtherAreNotBothAccepted() {
    Graph crossed =
        Graph.of(
            "crossed",
            g -> {
              Value x = g.input("x", DType.F32, 2);
              Value y = g.input("y", DType.F32, 2);
              g.output("a", x.exp().sqrt());
              g.output("b", y.neg().abs());
            });
    Target target =
        FakeDriver.target(
            "crossing",
            (graph, sink) -> {
              sink.whole(nodes(graph, "exp/1", "abs/1"), Cost.ready());
              sink.whole(nodes(graph, "sqrt/1", "neg/1"), Cost.ready());
              graph.nodes().forEach(node -> sink.fusable(node, Cost.ready()));
            });
    Lowered lowered = Lowering.lower(crossed, List.of(target), DEFAULTS);
    assertEquals(1, lowered.steps().stream().filter(Plan.Step::whole).count());
    assertEquals(1, lowered.notes().size());
  }

  @Test
  void whatTheFirstRefusesGoesToTheSecondWithTheReason() {
    Target first = FakeDriver.fusing("gpu", node -> !node.op().equals("sqrt/1"));
    Lowered lowered =
        Lowering.lower(chain(), List.of(first, FakeDriver.primitives("cpu")), DEFAULTS);
    assertEquals(3, lowered.placed().size());
    Plan.Step fallback = lowered.steps().get(1);
    assertEquals("cpu", fallback.device());
    assertEquals("gpu: no sqrt/1 here", fallback.reason());
    assertEquals("", lowered.steps().getFirst().reason());
    Map<String, Tensor> inputs = Meaning.inputs(chain(), Dims.none(), 1);
    Meaning.assertSame("chain", Meaning.of(chain(), inputs), Meaning.of(lowered, inputs), 0);
  }

  @Test
  void secondTargetSeesOnlyWhatIsLeft() {
    Target first = FakeDriver.fusing("gpu", node -> !node.op().equals("sqrt/1"));
    Target second = FakeDriver.primitives("cpu");
    Lowering.lower(chain(), List.of(first, second), DEFAULTS);
    GraphView seen = FakeDriver.offered(second).getFirst();
    assertEquals(List.of("sqrt/1"), seen.nodes().stream().map(NodeView::op).toList());
    assertTrue(seen.inputs().getFirst().producer().isEmpty());
  }

  @Test
  void compositesThatNobodyTakesAreExpandedUntilPrimitives() {
    Graph graph =
        Graph.of(
            "nested",
            g -> {
              Value x = g.input("x", DType.F32, 2, 3);
              g.output("y", x.attention(x, x, 1).gelu(Gelu.TANH));
            });
    Lowered lowered = Lowering.lower(graph, List.of(FakeDriver.primitives("cpu")), DEFAULTS);
    assertTrue(lowered.graph().nodes().stream().allMatch(node -> node.body().isEmpty()));
    assertTrue(lowered.stages().stream().anyMatch(stage -> stage.pass().equals("expand")));
  }

  @Test
  void nodesAboveThePluginsLevelAreNotOffered() {
    Target old = new Target("old", FakeDriver.primitives("old").driver(), 0);
    UnsupportedOnDeviceException e =
        assertThrows(
            UnsupportedOnDeviceException.class,
            () -> Lowering.lower(chain(), List.of(old), DEFAULTS));
    assertTrue(FakeDriver.offered(old).isEmpty());
    assertTrue(e.getMessage().contains("old: needs SPI level 1, the plugin is of 0"));
  }

  @Test
  void errorListsEveryNodeWithEveryTargetsReason() {
    Target gpu = FakeDriver.fusing("gpu", node -> false);
    Target cpu = FakeDriver.fusing("cpu", node -> node.op().equals("exp/1"));
    UnsupportedOnDeviceException e =
        assertThrows(
            UnsupportedOnDeviceException.class,
            () -> Lowering.lower(chain(), List.of(gpu, cpu), DEFAULTS));
    for (String op : List.of("neg/1", "sqrt/1", "abs/1")) {
      String reason = "(gpu: no " + op + " here; cpu: no " + op + " here)";
      assertTrue(e.getMessage().contains(reason), e.getMessage());
    }
    assertFalse(e.getMessage().contains("no exp/1"), e.getMessage());
  }

  @Test
  void errorNamesTheFirstNodesOfManyWithOneReason() {
    Target gpu = FakeDriver.fusing("gpu", node -> false);
    Graph roots =
        Graph.of(
            "roots",
            g -> {
              Value x = g.input("x", DType.F32, 2);
              for (int i = 0; i < 5; i++) {
                x = x.sqrt();
              }
              g.output("y", x.exp());
            });
    UnsupportedOnDeviceException e =
        assertThrows(
            UnsupportedOnDeviceException.class,
            () -> Lowering.lower(roots, List.of(gpu), DEFAULTS));
    assertEquals(4, e.getMessage().split("no sqrt/1 here|for the same reason", -1).length - 1);
    assertTrue(e.getMessage().contains("and 2 more for the same reason"), e.getMessage());
    assertTrue(e.getMessage().contains("(gpu: no exp/1 here)"), e.getMessage());
  }

  @Test
  void errorSaysWhyACompositeWasNotTakenWhole() {
    Target gpu = FakeDriver.fusing("gpu", node -> false);
    Graph relu = Graph.of("relu", g -> g.output("y", g.input("x", DType.F32, 2).relu()));
    UnsupportedOnDeviceException e =
        assertThrows(
            UnsupportedOnDeviceException.class, () -> Lowering.lower(relu, List.of(gpu), DEFAULTS));
    assertTrue(e.getMessage().contains("(gpu: no max/1 here)"), e.getMessage());
    assertTrue(e.getMessage().contains("(gpu: no halyard.relu/1 here)"), e.getMessage());
  }

  @Test
  void aClaimThatNeedsABuildWantsPermission() {
    Target fpga =
        FakeDriver.target(
            "fpga",
            (graph, sink) ->
                graph
                    .nodes()
                    .forEach(node -> sink.fusable(node, Cost.needsBuild(Duration.ofHours(3)))));
    ArtefactNeededException e =
        assertThrows(
            ArtefactNeededException.class, () -> Lowering.lower(chain(), List.of(fpga), DEFAULTS));
    assertTrue(e.getMessage().contains("needs a build of about PT3H"), e.getMessage());
    assertEquals(
        1, Lowering.lower(chain(), List.of(fpga), DEFAULTS.allowBuild(true)).placed().size());
  }
}
