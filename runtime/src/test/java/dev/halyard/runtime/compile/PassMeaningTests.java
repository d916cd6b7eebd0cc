package dev.halyard.runtime.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.CompileOptions;
import dev.halyard.Dims;
import dev.halyard.Graph;
import dev.halyard.Plan;
import dev.halyard.Tensor;
import dev.halyard.Value;
import dev.halyard.internal.Node;
import dev.halyard.testkit.Case;
import dev.halyard.testkit.RandomGraphs;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every pass on random graphs: what the reference interpreter gives stays bit by bit. */
class PassMeaningTests {
  private static final int TRIES = Integer.getInteger("halyard.tries", 80);

  static LongStream seeds() {
    return LongStream.range(0, TRIES);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void passesKeepTheMeaningOfRandomGraphs(long seed) {
    Case random = RandomGraphs.generate(seed);
    Map<String, Tensor> wanted = Meaning.of(random.graph(), random.inputs());
    Map<String, UnaryOperator<Graph>> passes =
        Map.of(
            "validate", Validate::apply,
            "fold", FoldConstants::apply,
            "simplify", Simplify::apply,
            "canonicalize", Canonicalize::apply,
            "expand", graph -> Expand.apply(graph, composites(graph)));
    passes.forEach(
        (name, pass) -> {
          Map<String, Tensor> found = Meaning.of(pass.apply(random.graph()), random.inputs());
          Meaning.assertSame(name + " of " + random, wanted, found, 0);
        });
  }

  private static Set<Node> composites(Graph graph) {
    Set<Node> composites = new HashSet<>(Node.of(graph));
    composites.removeIf(node -> node.body().isEmpty());
    return composites;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void twoDevicesTogetherKeepTheMeaningOfRandomGraphs(long seed) {
    Case random = RandomGraphs.generate(seed);
    Map<String, Tensor> wanted = Meaning.of(random.graph(), random.inputs());
    Target first =
        FakeDriver.fusing(
            "first", node -> node.body().isEmpty() && (node.id() * 31L + seed) % 5 != 0);
    List<Target> targets = List.of(first, FakeDriver.primitives("second"));
    for (boolean fusion : List.of(true, false)) {
      Lowered lowered =
          Lowering.lower(random.graph(), targets, CompileOptions.defaults().fusion(fusion));
      Meaning.assertSame(random.toString(), wanted, Meaning.of(lowered, random.inputs()), 0);
      requireOneProducerPerOutput(lowered);
    }
  }

  private static void requireOneProducerPerOutput(Lowered lowered) {
    List<Value> made =
        lowered.placed().stream().flatMap(placed -> placed.outputs().stream()).toList();
    assertEquals(made.size(), new HashSet<>(made).size(), "a value is made twice");
    assertTrue(made.containsAll(lowered.graph().outputs()), "an output is not made");
    assertEquals(
        lowered.graph().outputs().size(),
        new HashSet<>(lowered.graph().outputs()).size(),
        "two outputs are one value");
  }

  @Test
  void raisedIdiomsAreTheSameUpToRounding() {
    Graph graph = Networks.exported();
    Map<String, Tensor> inputs = Meaning.inputs(graph, Dims.of("rows", 3), 11);
    Lowered lowered =
        Lowering.lower(
            graph, List.of(FakeDriver.fusing("all", n -> true)), CompileOptions.defaults());
    assertEquals(
        List.of("halyard.layer_norm/1", "matmul/1", "halyard.gelu.erf/1"),
        lowered.steps().stream().map(Plan.Step::nodes).flatMap(List::stream).toList());
    // A few roundings of F32 each, on values of magnitude 1.
    Meaning.assertSame(
        "exported", Meaning.of(graph, inputs), Meaning.of(lowered, inputs), 4 * 0x1p-23);
  }

  @Test
  void raisedQdqDiffersByOneStepAtMost() {
    Graph graph = Networks.quantized();
    Map<String, Tensor> inputs = Meaning.inputs(graph, Dims.none(), 12);
    Lowered lowered =
        Lowering.lower(
            graph, List.of(FakeDriver.fusing("all", n -> true)), CompileOptions.defaults());
    assertEquals(
        List.of("quantize/1", "halyard.qmatmul/1", "dequantize/1"),
        lowered.steps().stream().map(Plan.Step::nodes).flatMap(List::stream).toList());
    Tensor wanted = Meaning.get(Meaning.of(graph, inputs), "y");
    Tensor found = Meaning.get(Meaning.of(lowered, inputs), "y");
    for (int i = 0; i < wanted.elements(); i++) {
      assertEquals(wanted.getDouble(i), found.getDouble(i), 0.5, "y[" + i + "]");
    }
  }

  @Test
  void specialisedGraphMeansTheSame() {
    Graph graph = Networks.transformerLayer();
    Dims dims = Dims.of("batch", 2).and("length", 5);
    Map<String, Tensor> inputs = Meaning.inputs(graph, dims, 13);
    Graph fixed = Specialize.apply(graph, dims);
    assertTrue(fixed.symbols().isEmpty());
    Meaning.assertSame("layer", Meaning.of(graph, inputs), Meaning.of(fixed, inputs), 0);
  }
}
