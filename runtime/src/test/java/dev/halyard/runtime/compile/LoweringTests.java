package dev.halyard.runtime.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.CompileOptions;
import dev.halyard.Dims;
import dev.halyard.Graph;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoweringTests {
  private static final CompileOptions DEFAULTS = CompileOptions.defaults();

  @Test
  void anMlpBecomesRegionsAroundItsMatrixProducts() {
    Lowered lowered =
        Lowering.lower(Networks.mlp(), List.of(FakeDriver.fusing("cpu", n -> true)), DEFAULTS);
    assertEquals(1, lowered.placed().size());
  }

  @Test
  void loweringKeepsTheMeaning() {
    for (Graph graph : List.of(Networks.mlp(), Networks.transformerLayer())) {
      Dims dims = Dims.of("batch", 2).and("length", 3);
      var inputs = Meaning.inputs(graph, dims, 7);
      for (boolean fusion : List.of(true, false)) {
        Lowered lowered =
            Lowering.lower(graph, List.of(FakeDriver.primitives("cpu")), DEFAULTS.fusion(fusion));
        Meaning.assertSame(Meaning.of(graph, inputs), Meaning.of(lowered, inputs), 0);
        assertTrue(lowered.placed().getFirst().partition().fingerprint().length() == 64);
      }
    }
  }
}
