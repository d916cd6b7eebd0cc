package dev.halyard.cli;

import static dev.halyard.DType.F32;
import static dev.halyard.DType.I64;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.Dim;
import dev.halyard.Dims;
import dev.halyard.Graph;
import dev.halyard.InvalidGraphException;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunInputsTests {
  private static final Dim N = Dim.symbol("n");
  private static final Graph GRAPH =
      Graph.of(
          "gatherer",
          g -> {
            g.output("y", g.input("x", F32, Shape.of(N, Dim.of(2))).neg());
            g.output("z", g.input("ids", I64, Shape.of(N)).neg());
          });
  private static final Tensor X = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);

  private static RunInputs inputs(Map<String, Tensor> given, Dims dims, Long seed) {
    return RunInputs.of(GRAPH, given, dims, seed, TensorArena.ofAuto());
  }

  private static String refused(Map<String, Tensor> given, Dims dims, Long seed) {
    return assertThrows(InvalidGraphException.class, () -> inputs(given, dims, seed)).getMessage();
  }

  @Test
  void missingInputsAreShownWithTypeAndHowToGiveThem() {
    String message = refused(Map.of("x", X), Dims.none(), null);

    assertTrue(message.contains("wants 1 more input(s):"), message);
    assertTrue(message.contains("--input ids=FILE  I64[n]"), message);
    assertTrue(message.contains("--random SEED"), message);
  }

  @Test
  void dimensionsFollowFromTensorsAndSeedFillsTheRest() {
    RunInputs inputs = inputs(Map.of("x", X), Dims.none(), 7L);

    assertEquals(Dims.of("n", 3), inputs.dims());
    assertArrayEquals(new long[] {3}, inputs.tensors().get("ids").shape());
    for (long id : inputs.tensors().get("ids").toLongs()) {
      assertTrue(id == 0 || id == 1, "id " + id);
    }
  }

  @Test
  void equalSeedsFillEqually() {
    float[] first = inputs(Map.of(), Dims.of("n", 9), 7L).tensors().get("x").toFloats();

    assertArrayEquals(first, inputs(Map.of(), Dims.of("n", 9), 7L).tensors().get("x").toFloats());
  }

  @Test
  void openDimensionsAreAskedFor() {
    assertTrue(refused(Map.of(), Dims.none(), 1L).contains("give --dim n=N"));
  }

  @Test
  void tensorsThatDisagreeAreNamed() {
    Tensor ids = Tensor.of(new long[] {0, 1}, 2);
    String message = refused(Map.of("x", X, "ids", ids), Dims.none(), null);

    assertTrue(message.contains("dimension 'n' is "), message);
    assertTrue(refused(Map.of("x", X), Dims.of("n", 5), 1L).contains("dimension 'n' is 5"));
  }

  @Test
  void otherTypeThanDeclaredIsNamedWithBoth() {
    String message = refused(Map.of("x", Tensor.of(new long[6], 3, 2)), Dims.none(), 1L);

    assertTrue(message.contains("input 'x' wants F32[n, 2], found I64[3, 2]"), message);
  }

  @Test
  void unknownNamesListTheKnown() {
    assertTrue(refused(Map.of("w", X), Dims.none(), 1L).contains("no input 'w'; it has [x, ids]"));
    assertTrue(refused(Map.of(), Dims.of("m", 1), 1L).contains("no dimension 'm'; it has [n]"));
  }
}
