package dev.halyard.onnx;

import static dev.halyard.DType.F32;
import static dev.halyard.onnx.TestModel.number;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.halyard.Tensor;
import dev.halyard.onnx.proto.AttributeProto;
import dev.halyard.runtime.reference.Interpreter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Results worked out by hand, where ONNX Runtime has no kernel to compare with. */
class OperatorSemanticsTests {
  @TempDir Path folder;

  private float[] run(long opset, String type, float[] x, AttributeProto... attributes) {
    TestModel model =
        TestModel.opset(opset)
            .input("x", F32, "n")
            .node(type, "x", "y", attributes)
            .output("y", F32);
    Map<String, Tensor> inputs = Map.of("x", Tensor.of(x));
    return new Interpreter().run(model.importGraph(folder), inputs).get("y").toFloats();
  }

  @Test
  void swishScalesTheArgumentOfTheSigmoid() {
    float[] x = {-1, 0, 2};
    float[] wanted = new float[3];
    for (int i = 0; i < 3; i++) {
      wanted[i] = (float) (x[i] / (1 + Math.exp(-2.0 * x[i])));
    }
    assertArrayEquals(wanted, run(24, "Swish", x, number("alpha", 2)), 1e-6f);
  }

  @Test
  void specialValuesPassThroughSignAndSquare() {
    float[] x = {Float.NaN, Float.NEGATIVE_INFINITY, -0f};
    assertArrayEquals(new float[] {Float.NaN, -1, 0}, run(13, "Sign", x));
  }

  @Test
  void newestOperatorSetImports() {
    assertArrayEquals(new float[] {1, 0}, run(25, "Relu", new float[] {1, -1}));
  }
}
