package dev.halyard.runtime.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.DType;
import dev.halyard.Dim;
import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.Value;
import dev.halyard.internal.Op;
import dev.halyard.internal.Vocabulary;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InterpreterTests {
  @Test
  void everyPrimitiveOfTheVocabularyHasARule() {
    List<String> missing =
        Vocabulary.all().stream()
            .filter(op -> !op.isComposite())
            .map(Op::id)
            .filter(id -> !Interpreter.primitives().contains(id))
            .toList();
    assertEquals(List.of(), missing);
  }

  @Test
  void symbolsFollowFromTheShapesOfInputs() {
    Dim n = Dim.symbol("n", 1, 64);
    Graph graph =
        Graph.of(
            "symbolic",
            g -> {
              Value x = g.input("x", DType.F32, Shape.of(n, Dim.of(2)));
              g.output("y", g.iota(DType.F32, Shape.of(n.plus(1)), 0));
              g.output("z", x.reshape(Shape.of(n.times(2))));
            });
    Map<String, Tensor> out =
        new Interpreter().run(graph, Map.of("x", Tensor.of(new float[6], 3, 2)));
    assertArrayEquals(new float[] {0, 1, 2, 3}, out.get("y").toFloats());
    assertArrayEquals(new long[] {6}, out.get("z").shape());
  }

  @Test
  void statesComeBackUnderTheirOwnName() {
    Graph graph =
        Graph.of(
            "counter",
            g -> {
              Value count = g.state("count", DType.I32, Shape.of(2));
              g.update(count, count.add(1));
              g.output("before", count);
            });
    Map<String, Tensor> out =
        new Interpreter().run(graph, Map.of("count", Tensor.of(new int[] {4, 5})));
    assertArrayEquals(new long[] {5, 6}, out.get("count").toLongs());
    assertArrayEquals(new long[] {4, 5}, out.get("before").toLongs());
  }

  @Test
  void roundingIsPerNodeOnOutputsOrNever() {
    Graph graph =
        Graph.of(
            "cancel",
            g -> {
              Value x = g.input("x", DType.F32, 1);
              g.output("y", x.add(1).sub(1));
            });
    double tiny = (float) 1e-9;
    Map<String, Tensor> inputs = Map.of("x", Tensor.of(new float[] {(float) tiny}));
    assertEquals(0, new Interpreter(Rounding.EACH_NODE).run(graph, inputs).get("y").getDouble(0));
    double once = 1 + tiny - 1;
    Tensor rounded = new Interpreter(Rounding.OUTPUTS).run(graph, inputs).get("y");
    assertEquals((float) once, rounded.getDouble(0));
    Tensor wide = new Interpreter(Rounding.NONE).run(graph, inputs).get("y");
    assertEquals(DType.F64, wide.dtype());
    assertEquals(once, wide.getDouble(0));
  }

  @Test
  void wrongInputsAreNamed() {
    Graph graph = Graph.of("copy", g -> g.output("y", g.input("x", DType.F32, 2)));
    String missing =
        assertThrows(IllegalArgumentException.class, () -> new Interpreter().run(graph, Map.of()))
            .getMessage();
    assertTrue(missing.contains("[x]"), missing);
    Map<String, Tensor> longer = Map.of("x", Tensor.of(new float[3]));
    String wrong =
        assertThrows(IllegalArgumentException.class, () -> new Interpreter().run(graph, longer))
            .getMessage();
    assertTrue(wrong.contains("F32[2]") && wrong.contains("F32[3]"), wrong);
  }

  @Test
  void foldingEvaluatesOneNode() {
    Graph graph = Graph.of("sum", g -> g.output("y", g.input("x", DType.I8, 2).add(100)));
    Tensor hundred = Tensor.scalar(DType.I8, 100);
    List<Tensor> broadcast = Interpreter.evaluate(graph.nodes().get(0), List.of(hundred));
    Tensor sum =
        Interpreter.evaluate(graph.nodes().get(1), List.of(broadcast.get(0), broadcast.get(0)))
            .get(0);
    assertArrayEquals(new long[] {-56, -56}, sum.toLongs());
  }
}
