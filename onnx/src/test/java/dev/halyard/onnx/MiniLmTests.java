package dev.halyard.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import dev.halyard.Dim;
import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.runtime.reference.Interpreter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A published transformer of 90 MB. */
class MiniLmTests {
  @TempDir static Path folder;

  private static Path file;

  @BeforeAll
  static void unpack() throws IOException {
    file = folder.resolve("minilm.onnx");
    try (InputStream model =
        MiniLmTests.class.getClassLoader().getResourceAsStream("all-minilm-l6-v2.onnx")) {
      Files.copy(Objects.requireNonNull(model, "the model is on the class path"), file);
    }
  }

  @Test
  void saysWhatItIs() {
    OnnxModel model = OnnxModel.read(file);
    assertEquals(Map.of("ai.onnx", 11L), model.opsets());
    assertEquals("pytorch 2.0.1", model.producer());
    assertEquals(List.of("batch_size", "sequence_length"), model.symbols());
    assertEquals(
        List.of("input_ids", "attention_mask", "token_type_ids"),
        model.inputs().stream().map(OnnxPort::name).toList());
    assertEquals(
        "last_hidden_state: FLOAT[batch_size, sequence_length, 384]",
        model.outputs().getFirst().toString());
  }

  @Test
  void importsWithSymbolicDimensions() {
    Graph graph = OnnxModel.importGraph(file);
    Shape wanted = Shape.of(Dim.symbol("batch_size"), Dim.symbol("sequence_length"), Dim.of(384));
    assertEquals(wanted, graph.output("last_hidden_state").shape());
  }

  @Test
  void importLeavesTheWeightsOutOfTheHeap() {
    OnnxModel.importGraph(file);
    Runtime jvm = Runtime.getRuntime();
    System.gc();
    long before = jvm.totalMemory() - jvm.freeMemory();
    Graph graph = OnnxModel.importGraph(file);
    long held = jvm.totalMemory() - jvm.freeMemory() - before;
    assertTrue(held < 60L << 20, () -> held + " bytes for " + graph.nodes().size() + " nodes");
  }

  @Test
  void givesWhatOnnxRuntimeGives() throws IOException, OrtException {
    Map<String, Tensor> inputs =
        Map.of(
            "input_ids", Tensor.of(new long[] {101, 7592, 2088, 102}, 1, 4),
            "attention_mask", Tensor.of(new long[] {1, 1, 1, 0}, 1, 4),
            "token_type_ids", Tensor.of(new long[4], 1, 4));
    Graph graph = OnnxModel.importGraph(file, Map.of("batch_size", 1L, "sequence_length", 4L));
    Map<String, Tensor> ours = new Interpreter().run(graph, inputs);
    Map<String, Tensor> theirs = OnnxRuntime.run(Files.readAllBytes(file), inputs);
    OperatorTests.assertClose(
        "last_hidden_state", theirs.get("last_hidden_state"), ours.get("last_hidden_state"));
  }
}
