package dev.halyard.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import dev.halyard.Dim;
import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.Value;
import dev.halyard.onnx.proto.TensorProto;
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

  /**
   * The exporter aligned nothing, and the word embeddings, half of the file, happen to lie at a
   * multiple of four bytes. The rest lies off it, in every layer, and has to be copied.
   */
  @Test
  void weightsThatTheFileAlignsAreMappedAndOnlyTheOthersCopied() {
    MappedFile mapped = MappedFile.open(file, "a model");
    TensorReader reader = new TensorReader(mapped);
    long aligned = 0;
    long misaligned = 0;
    for (TensorProto proto : WireReader.model(mapped).getGraph().getInitializerList()) {
      Tensor tensor = Objects.requireNonNull(reader.read(proto, proto.getName()));
      boolean fits = proto.getMappedOffset() % tensor.dtype().bytes() == 0;
      assertEquals(fits, tensor.segment().isReadOnly(), proto.getName());
      aligned += fits ? proto.getMappedBytes() : 0;
      misaligned += fits ? 0 : proto.getMappedBytes();
    }
    assertEquals(46_881_792, aligned);
    assertEquals(43_383_808, misaligned);
    assertEquals(aligned, reader.mappedBytes());
    assertEquals(misaligned, reader.copiedBytes());
  }

  @Test
  void graphUsesTheLargestWeightWhereItLies() {
    Tensor largest =
        OnnxModel.importGraph(file).nodes().stream()
            .flatMap(node -> node.inputs().stream())
            .flatMap(value -> ((Value) value).constantTensor().stream())
            .filter(tensor -> tensor.segment().byteSize() == 46_881_792)
            .findFirst()
            .orElseThrow();
    assertTrue(largest.segment().isReadOnly());
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
