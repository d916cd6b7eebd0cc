package dev.halyard.runtime.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.testkit.Case;
import dev.halyard.testkit.Comparison;
import dev.halyard.testkit.QuantizedLayer;
import dev.halyard.testkit.QuantizedLayer.Relu;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuantizedLayerTests {
  private static final List<DType> DTYPES = List.of(DType.I8, DType.I16);

  private static QuantizedLayer identity(DType to) {
    Tensor weights = TensorArena.ofAuto().allocate(DType.I8, 1, 1);
    weights.setLong(0, 1);
    return QuantizedLayer.of(weights, to);
  }

  private static Tensor column(long... values) {
    Tensor x = TensorArena.ofAuto().allocate(DType.I16, values.length, 1);
    IntStream.range(0, values.length).forEach(i -> x.setLong(i, values[i]));
    return x;
  }

  private static Graph graph(QuantizedLayer layer, Tensor x) {
    return Graph.of(
        "layer", g -> g.output("y", layer.apply(g, g.input("x", x.dtype(), x.shape()))));
  }

  private static long[] interpreted(QuantizedLayer layer, Tensor x) {
    Tensor y = new Interpreter().run(graph(layer, x), Map.of("x", x)).get("y");
    return y.toLongs();
  }

  @Test
  void tiesGoUp() {
    long[] x = {-6, -5, -3, -2, -1, 0, 1, 2, 3, 5, 6};
    QuantizedLayer layer = identity(DType.I8).shift(2);

    assertArrayEquals(new long[] {-1, -1, -1, 0, 0, 0, 0, 1, 1, 1, 2}, layer.exact(x));
    assertEquals(4, layer.ties(x));
  }

  @Test
  void resultsSaturate() {
    assertArrayEquals(new long[] {-128, 127}, identity(DType.I8).exact(-129, 128));
    assertArrayEquals(new long[] {0, 127}, identity(DType.I8).relu(Relu.MAX).exact(-129, 128));
    assertArrayEquals(new long[] {-32768, 32767}, identity(DType.I16).exact(-40_000, 40_000));
  }

  @Test
  void theStepHasNoSay() {
    Tensor x = column(-6, -5, 2, 6);
    QuantizedLayer layer = identity(DType.I8).shift(2);

    for (double step : new double[] {0.1, 0.02, 3, 1e-3}) {
      assertArrayEquals(layer.exact(x.toLongs()), interpreted(layer.step(step), x), "step " + step);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void isWhatTheInterpreterMakesOfItsGraph(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (DType dtype : DTYPES) {
      for (DType weights : DTYPES) {
        for (DType to : DTYPES) {
          for (Relu relu : Relu.values()) {
            QuantizedLayer layer =
                QuantizedLayer.random(random, weights, 100, to, 9, 4)
                    .shift(0, 1, 5, 20)
                    .bias(random, 1000)
                    .relu(relu);
            Tensor x = TensorArena.ofAuto().allocate(dtype, 11, 9);
            IntStream.range(0, 99).forEach(i -> x.setLong(i, random.nextInt()));

            assertArrayEquals(layer.exact(x.toLongs()), interpreted(layer, x), () -> "" + seed);
          }
        }
      }
    }
  }

  @Test
  void anExactComparisonAcceptsNoNeighbour() {
    Tensor x = column(2);
    Graph graph = graph(identity(DType.I8).shift(2), x);
    Case tested = new Case("a tie", graph, Map.of("x", x));
    Map<String, Tensor> right = new Interpreter().run(graph, tested.inputs());
    Comparison comparison = Comparison.exact(tested, right);

    comparison.check(right);
    assertEquals(1, comparison.checked());
    Tensor wrong = TensorArena.ofAuto().allocate(DType.I8, 1, 1);
    AssertionError error =
        assertThrows(AssertionError.class, () -> comparison.check(Map.of("y", wrong)));
    assertTrue(error.getMessage().contains("is 0, should be from 1 to 1"), error::getMessage);
  }
}
