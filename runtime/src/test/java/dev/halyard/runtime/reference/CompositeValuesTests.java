package dev.halyard.runtime.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.halyard.DType;
import dev.halyard.Gelu;
import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.Window;
import dev.halyard.spi.Attributes;
import java.util.Arrays;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The bodies of composites against their documented formulas and small examples by hand. */
class CompositeValuesTests {
  private static final double NAN = Double.NaN;
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double[] POINTS = {-30, -3, -1, -1e-9, -0.0, 0, 1e-9, 0.5, 2.5, 3, 40};

  private static double[] run(BiFunction<Graph.Builder, Value, Value> body, Tensor x) {
    Graph graph =
        Graph.of(
            "net", g -> g.output("y", body.apply(g, g.input("x", x.dtype(), Shape.of(x.shape())))));
    return new Interpreter().run(graph, Map.of("x", x)).get("y").toDoubles();
  }

  private static void assertFormula(UnaryOperator<Value> composite, DoubleUnaryOperator formula) {
    double[] got = run((g, x) -> composite.apply(x), Tensor.of(POINTS));
    double[] expected = Arrays.stream(POINTS).map(formula).toArray();
    for (int i = 0; i < POINTS.length; i++) {
      double tolerance = 1e-13 * Math.max(Math.abs(expected[i]), 1e-30);
      assertArrayEquals(
          new double[] {expected[i]}, new double[] {got[i]}, tolerance, "at " + POINTS[i]);
    }
  }

  @Test
  void activationsFollowTheirFormulas() {
    assertFormula(Value::relu, x -> Math.max(x, 0));
    assertFormula(Value::sigmoid, x -> 1 / (1 + Math.exp(-x)));
    assertFormula(Value::silu, x -> x / (1 + Math.exp(-x)));
    assertFormula(Value::hardSwish, x -> x * Math.clamp(x + 3, 0, 6) / 6);
    assertFormula(Value::softplus, x -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))));
    assertFormula(x -> x.leakyRelu(0.1), x -> x >= 0 ? x : 0.1 * x);
    assertFormula(x -> x.elu(2), x -> x >= 0 ? x : 2 * Math.expm1(x));
    assertFormula(x -> x.hardSigmoid(0.2, 0.5), x -> Math.clamp(0.2 * x + 0.5, 0, 1));
    assertFormula(
        x -> x.gelu(Gelu.TANH),
        x -> x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))));
  }

  @Test
  void clippingKeepsNanAndSaturatesTheLimitsOfIntegers() {
    assertArrayEquals(
        new double[] {NAN, -1, 1},
        run((g, x) -> x.clip(-1, 1), Tensor.of(new double[] {NAN, -INF, INF})));
    assertArrayEquals(
        new double[] {-7, 5}, run((g, x) -> x.clip(-INF, 5.9), Tensor.of(new int[] {-7, 9})));
  }

  @Test
  void softmaxOfLargeNumbersDoesNotOverflow() {
    double e = Math.exp(-1);
    assertArrayEquals(
        new double[] {1 / (1 + e), e / (1 + e)},
        run((g, x) -> x.softmax(0), Tensor.of(new double[] {1000, 999})),
        1e-12);
    assertArrayEquals(
        new double[] {-Math.log1p(e), -1 - Math.log1p(e)},
        run((g, x) -> x.logSoftmax(0), Tensor.of(new double[] {1000, 999})),
        1e-12);
  }

  @Test
  void meansDivideByTheNumberOfElements() {
    assertArrayEquals(
        new double[] {2, 5}, run((g, x) -> x.mean(false, 1), Tensor.of(range(6), 2, 3)), 0.0);
    assertArrayEquals(
        new double[] {NAN},
        run((g, x) -> x.mean(false, 0), TensorArena.ofAuto().allocate(DType.F64, 0)));
  }

  private static double[] range(int count) {
    double[] values = new double[count];
    Arrays.setAll(values, i -> i + 1.0);
    return values;
  }

  @Test
  void layerNormHasZeroMeanAndUnitVariance() {
    double s = Math.sqrt(1.5);
    assertArrayEquals(
        new double[] {1 - 2 * s, 1, 1 + 2 * s},
        run(
            (g, x) ->
                x.layerNorm(
                    g.scalar(DType.F64, 2).broadcast(Shape.of(3)),
                    g.scalar(DType.F64, 1).broadcast(Shape.of(3)),
                    -1,
                    0),
            Tensor.of(range(3), 1, 3)),
        1e-12);
  }

  @Test
  void averagePoolLeavesPaddingOutOrCountsIt() {
    Tensor x = Tensor.of(range(3), 1, 1, 3);
    Window window = Window.of(2).padding(1);
    assertArrayEquals(
        new double[] {1, 1.5, 2.5, 3}, run((g, v) -> v.averagePool(window, false), x), 0.0);
    assertArrayEquals(
        new double[] {0.5, 1.5, 2.5, 1.5}, run((g, v) -> v.averagePool(window, true), x), 0.0);
  }

  @Test
  void transposedConvolutionSpreadsEachElementByTheWindow() {
    Tensor x = Tensor.of(new double[] {1, 2}, 1, 1, 2);
    Tensor w = Tensor.of(new double[] {1, 10, 100}, 1, 1, 3);
    assertArrayEquals(
        new double[] {1, 10, 102, 20, 200},
        run((g, v) -> v.convTranspose(g.constant(w), Window.of(3).strides(2), 1), x),
        0.0);
    Window cropped = Window.of(3).strides(2).padding(new long[] {3}, new long[] {-1});
    assertArrayEquals(
        new double[] {20, 200, 0},
        run((g, v) -> v.convTranspose(g.constant(w), cropped, 1), x),
        0.0);
  }

  @Test
  void resizingFollowsOnnx() {
    Tensor x = Tensor.of(new double[] {1, 2, 4}, 3);
    assertArrayEquals(
        new double[] {1, 1, 2, 2, 4}, run((g, v) -> v.resizeNearest(Shape.of(5)), x), 0.0);
    assertArrayEquals(
        new double[] {1, 1.25, 1.75, 2.5, 3.5, 4},
        run((g, v) -> v.resizeLinear(Shape.of(6)), x),
        1e-12);
  }

  @Test
  void runningSumsAndOrderFollowTheAxis() {
    assertArrayEquals(
        new double[] {1, 3, 6, 4, 9, 15},
        run((g, v) -> v.cumulativeSum(1), Tensor.of(range(6), 2, 3)),
        0.0);
    Tensor x = Tensor.of(new double[] {NAN, INF, 3, INF, 3});
    assertArrayEquals(new double[] {2}, run((g, v) -> v.argmin(0, false), x), 0.0);
    assertArrayEquals(new double[] {0, 1}, run((g, v) -> v.topK(2, 0, true).getLast(), x), 0.0);
    Tensor infinite = Tensor.of(new double[] {NAN, INF});
    assertArrayEquals(new double[] {1}, run((g, v) -> v.argmin(0, false), infinite), 0.0);
    Tensor bytes = TensorArena.ofAuto().allocate(DType.U8, 3).copyFrom(new byte[] {5, 0, -1});
    assertArrayEquals(new double[] {1}, run((g, v) -> v.argmin(0, false), bytes), 0.0);
  }

  @Test
  void quantisedProductIsExactAndRoundsAsAsked() {
    Tensor a = TensorArena.ofAuto().allocate(DType.I8, 1, 2).copyFrom(new byte[] {-128, 127});
    // (-128 - 1) * (2 - 0) + (127 - 1) * (3 - 0) + 1 = 121; * 0.5 = 60.5; + 10
    for (String rounding : new String[] {"HALF_EVEN", "HALF_UP"}) {
      double[] y =
          run(
              (g, x) -> {
                Value b = g.constant(Tensor.of(new int[] {2, 3}, 2, 1)).cast(DType.I8);
                Value one = g.scalar(DType.F32, 1);
                return g.op(
                        "halyard.qmatmul/1",
                        Attributes.none().with("rounding", rounding).with("to", DType.U8),
                        x,
                        one,
                        g.scalar(DType.I8, 1),
                        b,
                        g.scalar(DType.F32, 0.5),
                        g.scalar(DType.I8, 0),
                        one,
                        g.scalar(DType.U8, 10),
                        g.constant(Tensor.of(new int[] {1})))
                    .getFirst();
              },
              a);
      assertArrayEquals(new double[] {rounding.equals("HALF_UP") ? 71 : 70}, y, 0.0);
    }
  }
}
