package dev.halyard.runtime.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.halyard.CompileOptions;
import dev.halyard.DType;
import dev.halyard.Dims;
import dev.halyard.Graph;
import dev.halyard.InvalidGraphException;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.Value;
import dev.halyard.spi.NodeView;
import dev.halyard.spi.Partition;
import dev.halyard.spi.Permission;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoweringTests {
  private static final CompileOptions DEFAULTS = CompileOptions.defaults();

  private static Lowered lower(Graph graph, CompileOptions options) {
    return Lowering.lower(graph, List.of(FakeDriver.primitives("cpu")), options);
  }

  private static Partition partition(Graph graph, CompileOptions options) {
    return lower(graph, options).placed().getFirst().partition();
  }

  @Test
  void loweringKeepsTheMeaningOfSymbolicGraphs() {
    Graph graph = Networks.transformerLayer();
    Map<String, Tensor> inputs = Meaning.inputs(graph, Dims.of("batch", 2).and("length", 3), 7);
    for (boolean fusion : List.of(true, false)) {
      Lowered lowered = lower(graph, DEFAULTS.fusion(fusion));
      Meaning.assertSame("layer", Meaning.of(graph, inputs), Meaning.of(lowered, inputs), 0);
    }
  }

  @Test
  void loweringTwiceGivesEqualFingerprints() {
    for (Graph graph : List.of(Networks.mlp(), Networks.transformerLayer())) {
      assertEquals(
          partition(graph, DEFAULTS).fingerprint(), partition(graph, DEFAULTS).fingerprint());
    }
  }

  @Test
  void fingerprintTellsRegionsAndPermissionsApart() {
    String plain = partition(Networks.mlp(), DEFAULTS).fingerprint();
    assertNotEquals(plain, partition(Networks.mlp(), DEFAULTS.fusion(false)).fingerprint());
    assertNotEquals(
        plain, partition(Networks.mlp(), DEFAULTS.permit(Permission.FAST_MATH)).fingerprint());
  }

  @Test
  void withoutFusionEveryNodeIsARegion() {
    Lowered lowered = lower(Networks.mlp(), DEFAULTS.fusion(false));
    assertEquals(lowered.graph().nodes().size(), lowered.steps().size());
  }

  @Test
  void outputsThatAreInputsStatesConstantsOrTwiceTheSameAreCopied() {
    Graph graph =
        Graph.of(
            "ports",
            g -> {
              Value x = g.input("x", DType.F32, 2);
              Value state = g.state("state", DType.F32, Shape.of(2));
              Value sum = x.add(state);
              g.output("same", x);
              g.output("before", state);
              g.output("fixed", g.constant(new float[] {1, 2}));
              g.output("sum", sum);
              g.output("again", sum);
              g.update(state, sum);
            });
    Lowered lowered = lower(graph, DEFAULTS);
    assertEquals(graph.outputNames(), lowered.graph().outputNames());
    assertEquals(6, lowered.graph().outputs().stream().distinct().count());
    Map<String, Tensor> inputs = Meaning.inputs(graph, Dims.none(), 3);
    Meaning.assertSame("ports", Meaning.of(graph, inputs), Meaning.of(lowered, inputs), 0);
  }

  @Test
  void minusZeroKeepsAdditionsOfPlusZero() {
    Graph graph =
        Graph.of(
            "zeros",
            g -> {
              Value x = g.input("x", DType.F32, 2);
              g.output("plus", x.add(0));
              g.output("minus", x.add(-0.0).sub(0).mul(1).div(1));
            });
    Lowered lowered = lower(graph, DEFAULTS);
    Map<String, Tensor> inputs = Map.of("x", Tensor.of(new float[] {-0.0f, Float.NaN}));
    Meaning.assertSame("zeros", Meaning.of(graph, inputs), Meaning.of(lowered, inputs), 0);
    assertEquals(
        List.of("add/1", "broadcast/1", "reshape/1"),
        lowered.graph().nodes().stream().map(NodeView::op).sorted().toList());
  }

  @Test
  void valueThatIsReadTwiceInsideARegionStaysInside() {
    Graph graph =
        Graph.of(
            "gate",
            g -> {
              Value x = g.input("x", DType.F32, 2, 3);
              Value h = x.matmul(g.constant(Networks.weights(1, 3, 4)));
              g.output("y", h.mul(h.neg().exp()).tanh());
            });
    assertEquals(1, lower(graph, DEFAULTS).steps().size());
  }

  @Test
  void valueThatAnotherRegionReadsEndsARegion() {
    Graph graph =
        Graph.of(
            "fork",
            g -> {
              Value h = g.input("x", DType.F32, 2, 3).exp();
              g.output("y", h.neg());
              g.output("z", h.sqrt());
            });
    assertEquals(3, lower(graph, DEFAULTS).steps().size());
  }

  @Test
  void specialisingWantsEveryDimensionWithinItsBounds() {
    Graph graph = Networks.transformerLayer();
    assertThrows(InvalidGraphException.class, () -> Specialize.apply(graph, Dims.of("batch", 2)));
    InvalidGraphException e =
        assertThrows(
            InvalidGraphException.class,
            () -> Specialize.apply(graph, Dims.of("batch", 65).and("length", 3)));
    assertEquals(
        "graph 'layer': dimension 'batch' wants a value from 1 to 64, found 65 among"
            + " {batch=65, length=3}",
        e.getMessage());
  }
}
