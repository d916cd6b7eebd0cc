package dev.halyard.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.CompileOptions;
import dev.halyard.DType;
import dev.halyard.Dim;
import dev.halyard.Dims;
import dev.halyard.Graph;
import dev.halyard.InvalidGraphException;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import java.util.Map;
import java.util.function.BinaryOperator;
import org.junit.jupiter.api.Test;

/** Axes that have no elements once dimensions are bound. */
class EmptyAxisTests {
  private static Tensor run(int indices, BinaryOperator<Value> operation) {
    Graph graph =
        Graph.of(
            "empty",
            g -> {
              Shape shape = Shape.of(Dim.symbol("n", 0, 100), Dim.of(2));
              Value x = g.input("x", DType.F32, shape);
              Value i = g.constant(Tensor.of(new int[indices], indices));
              g.output("y", operation.apply(x, i));
            });
    Tensor x = TensorArena.ofAuto().allocate(DType.F32, 0, 2);
    try (CpuDriver driver = Drivers.open("threads", "1")) {
      return new CaseRunner(driver, CompileOptions.defaults())
          .run(graph, Map.of("x", x), Dims.none().and("n", 0))
          .get("y");
    }
  }

  private static void requireRefusal(String op, BinaryOperator<Value> operation) {
    String message =
        assertThrows(InvalidGraphException.class, () -> run(2, operation)).getMessage();
    assertTrue(message.contains(op), message);
    assertTrue(message.contains("axis 0"), message);
    assertTrue(message.contains("F32[0, 2]"), message);
  }

  @Test
  void gatherAlongAnEmptyAxisIsRefused() {
    requireRefusal("gather/1", (x, i) -> x.gather(i, 0));
  }

  @Test
  void argmaxOverAnEmptyAxisIsRefused() {
    requireRefusal("argmax/1", (x, i) -> x.argmax(0, false));
  }

  @Test
  void gatherOfNothingAlongAnEmptyAxisIsEmpty() {
    assertEquals(0, run(0, (x, i) -> x.gather(i, 0)).elements());
  }

  @Test
  void argmaxOfNothingIsEmpty() {
    assertEquals(0, run(0, (x, i) -> x.argmax(1, false)).elements());
  }

  @Test
  void sumOverAnEmptyAxisIsZero() {
    Tensor sum = run(0, (x, i) -> x.reduceSum(false, 0));
    assertEquals(0.0, sum.getDouble(0));
    assertEquals(0.0, sum.getDouble(1));
  }
}
