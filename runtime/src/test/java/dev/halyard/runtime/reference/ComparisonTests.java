package dev.halyard.runtime.reference;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.DType;
import dev.halyard.Gelu;
import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.testkit.Case;
import dev.halyard.testkit.Comparison;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Wrong devices must be caught: the comparison is tested with faults. */
class ComparisonTests {
  private static final Interpreter EXACT = new Interpreter(Rounding.NONE);

  private static Tensor random(DType dtype, long... shape) {
    SplittableRandom random = new SplittableRandom(7);
    Tensor tensor = Evaluation.counting(dtype, shape);
    for (long i = 0; i < tensor.elements(); i++) {
      tensor.setDouble(i, random.nextGaussian() * 2);
    }
    return tensor;
  }

  private static Case of(Tensor x, UnaryOperator<Value> network) {
    Graph graph =
        Graph.of("faulty", g -> g.output("y", network.apply(g.input("x", x.dtype(), x.shape()))));
    return new Case("ComparisonTests", graph, Map.of("x", x));
  }

  private static Tensor run(Case right) {
    Tensor y = new Interpreter().run(right.graph(), right.inputs()).get("y");
    return Tensor.copyOf(TensorArena.ofAuto(), y.segment(), y.dtype(), y.shape());
  }

  private static AssertionError refused(Case right, Tensor found) {
    Comparison comparison = Comparison.of(right, EXACT::evaluate);
    return assertThrows(AssertionError.class, () -> comparison.check(Map.of("y", found)));
  }

  private static Tensor changed(Tensor y, long index, DoubleUnaryOperator change) {
    y.setDouble(index, change.applyAsDouble(y.getDouble(index)));
    return y;
  }

  @Test
  void tanhGeluIsNotErfGelu() {
    Tensor x = random(DType.F32, 64);
    Case erf = of(x, v -> v.gelu(Gelu.ERF));
    refused(erf, run(of(x, v -> v.gelu(Gelu.TANH))));
    refused(of(x, v -> v.gelu(Gelu.TANH)), run(erf));
  }

  @Test
  void bfloatWeightsAreNotFloatWeights() {
    Tensor weights = random(DType.F32, 40, 8);
    Tensor x = random(DType.F32, 5, 40);
    Graph right =
        Graph.of(
            "right",
            g -> g.output("y", g.input("x", DType.F32, 5, 40).matmul(g.constant(weights))));
    Graph wrong =
        Graph.of(
            "wrong",
            g ->
                g.output(
                    "y",
                    g.input("x", DType.F32, 5, 40)
                        .matmul(g.constant(weights).cast(DType.BF16).cast(DType.F32))));
    Tensor found = new Interpreter().run(wrong, Map.of("x", x)).get("y");
    refused(new Case("bf16", right, Map.of("x", x)), found);
  }

  @Test
  void oneElementOffByTwoUnitsIsFound() {
    Case sum = of(random(DType.F32, 3, 5), v -> v.add(1));
    Tensor found = changed(run(sum), 7, y -> Math.nextUp(Math.nextUp((float) y)));
    String message = refused(sum, found).getMessage();
    assertTrue(message.contains("1 of 15 elements") && message.contains("[1, 2]"), message);
    assertTrue(message.contains("graph faulty") && message.contains("ComparisonTests"), message);
  }

  @Test
  void additionIsRoundedRight() {
    Case sum = of(random(DType.F32, 100), v -> v.add(0.1));
    refused(sum, changed(run(sum), 3, y -> Math.nextUp((float) y)));
  }

  @Test
  void aDroppedTermOfASumIsFound() {
    Tensor x = random(DType.F32, 4, 200);
    Case sum = of(x, v -> v.reduceSum(false, 1));
    double term = x.getDouble(200 + 17);
    refused(sum, changed(run(sum), 1, y -> y - term));
  }

  @Test
  void nanAndInfinityAreAskedFor() {
    Tensor x = Evaluation.literal(DType.F32, Double.NaN, Double.POSITIVE_INFINITY, 1);
    Case exp = of(x, Value::exp);
    refused(exp, changed(run(exp), 0, y -> 0));
    refused(exp, changed(run(exp), 1, y -> Float.MAX_VALUE));
    refused(exp, changed(run(exp), 2, y -> Double.NaN));
  }

  @Test
  void signsOfZeroCountWhereElementsAreMoved() {
    Case moved = of(Evaluation.literal(DType.F32, -0.0, 1), v -> v.slice(Shape.of(0), Shape.of(1)));
    refused(moved, changed(run(moved), 0, y -> 0.0));
  }

  @Test
  void integersMustBeEqual() {
    Case sum = of(Evaluation.literal(DType.I64, 0x1p60, 3), v -> v.add(1));
    Tensor found = run(sum);
    found.setLong(0, found.getLong(0) + 1);
    refused(sum, found);
  }

  @Test
  void truthsAreZeroOrOne() {
    Case truth = of(Evaluation.literal(DType.F32, 1, 2), v -> v.lt(v.add(1)));
    Tensor found = run(truth);
    found.segment().set(ValueLayout.JAVA_BYTE, 1, (byte) -1);
    refused(truth, found);
  }

  @Test
  void otherShapesAndMissingOutputsAreNamed() {
    Case copy = of(random(DType.F32, 2, 3), Value::neg);
    assertTrue(refused(copy, random(DType.F32, 3, 2)).getMessage().contains("F32[3, 2]"));
    Comparison comparison = Comparison.of(copy, EXACT::evaluate);
    AssertionError missing = assertThrows(AssertionError.class, () -> comparison.check(Map.of()));
    assertTrue(missing.getMessage().contains("'y' is missing"), missing.getMessage());
  }

  @Test
  void eitherSideOfAnUncertainJumpPasses() {
    // 0.1 + 0.2 lies within rounding of its threshold: a fused device may see it on either side.
    Tensor x = Evaluation.literal(DType.F32, 0.1);
    float sum = 0.1f + 0.2f;
    Case jump =
        of(x, v -> v.add(0.2f).mul(3).ge(v.mul(0).add((float) (sum * 3.0))).cast(DType.F32));
    Comparison comparison = Comparison.of(jump, EXACT::evaluate);
    assertDoesNotThrow(() -> comparison.check(Map.of("y", Evaluation.literal(DType.F32, 0))));
    assertDoesNotThrow(() -> comparison.check(Map.of("y", Evaluation.literal(DType.F32, 1))));
    refused(jump, Evaluation.literal(DType.F32, 2));
  }
}
