package dev.halyard.onnx;

import static dev.halyard.DType.F32;
import static dev.halyard.onnx.TestModel.integer;
import static dev.halyard.onnx.TestModel.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.onnx.proto.TensorProto;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnsupportedModelTests {
  @TempDir Path folder;

  private List<String> findings(TestModel model) {
    UnsupportedModelException e =
        assertThrows(UnsupportedModelException.class, () -> model.importGraph(folder));
    e.findings().forEach(f -> assertTrue(String.valueOf(e.getMessage()).contains(f), f));
    return e.findings();
  }

  @Test
  void everythingIsListedAtOnceAndWhatFollowsFromItIsNot() {
    TestModel model =
        TestModel.opset(13)
            .input("x", F32, 2, 3)
            .node("FancyOp", "x", "a")
            .node("Neg", "a", "b")
            .node("Gelu", "x", "c")
            .node("Softmax", "b", "d", integer("colour", 1))
            .node("Pad", "x x", "e", text("mode", "mirror"))
            .node("Gemm", "x x", "f")
            .output("d", F32);
    model.graph.getNodeBuilder(5).setDomain("com.example");
    List<String> found = findings(model);
    assertEquals(5, found.size(), found.toString());
    assertEquals("node 'FancyOp_0' (FancyOp): this operator", found.get(0));
    assertEquals(
        "node 'Gelu_2' (Gelu): the operator is there from operator set 20 on, the model declares"
            + " 13",
        found.get(1));
    assertEquals("node 'Softmax_3' (Softmax): its attributes 'colour'", found.get(2));
    assertTrue(found.get(3).startsWith("node 'Pad_4' (Pad)"), found.get(3));
    assertEquals("node 'Gemm_5' (Gemm): operators of the domain 'com.example'", found.get(4));
  }

  @Test
  void versionsOutsideTheRangeAreNamed() {
    for (long version : new long[] {6, 26}) {
      TestModel model =
          TestModel.opset(version).input("x", F32, 2).node("Neg", "x", "y").output("y", F32);
      String finding = findings(model).get(0);
      assertTrue(finding.contains("operator set " + version), finding);
      assertTrue(finding.contains("7 to 25"), finding);
    }
  }

  @Test
  void elementTypesOfPortsAndInitializersAreNamed() {
    TestModel model =
        TestModel.opset(13).input("x", F32, 2).input("s", F32, 2).node("Add", "x s", "y");
    model.output("y", F32);
    model
        .graph
        .getInputBuilder(1)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .setElemType(TensorProto.DataType.STRING_VALUE);
    model
        .graph
        .addInitializerBuilder()
        .setName("c")
        .setDataType(TensorProto.DataType.COMPLEX64_VALUE);
    assertEquals(
        List.of("initializer 'c': its element type COMPLEX64", "input 's': its type STRING"),
        findings(model));
  }

  @Test
  void outputsThatAreNotMadeAreNamed() {
    TestModel model =
        TestModel.opset(13)
            .input("x", F32, 1, 1, 4, 4)
            .node("MaxPool", "x", "y indices", TestModel.integers("kernel_shape", 2, 2))
            .output("y", F32);
    assertEquals(List.of("node 'MaxPool_0' (MaxPool): its output 1 ('indices')"), findings(model));
  }

  @Test
  void trainingIsRefused() {
    TestModel model =
        TestModel.opset(15)
            .input("x", F32, 1, 2, 4)
            .input("c", F32, 2)
            .node("BatchNormalization", "x c c c c", "y", integer("training_mode", 1))
            .output("y", F32);
    assertTrue(findings(model).get(0).contains("training_mode"));
  }
}
