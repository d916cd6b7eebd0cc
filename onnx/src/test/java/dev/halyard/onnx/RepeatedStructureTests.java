package dev.halyard.onnx;

import static dev.halyard.DType.F32;
import static dev.halyard.DType.I64;
import static dev.halyard.onnx.TestModel.integer;
import static dev.halyard.onnx.TestModel.integers;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.onnx.proto.GraphProto;
import dev.halyard.runtime.reference.Interpreter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.ThrowingSupplier;
import org.junit.jupiter.api.io.TempDir;

/** Small files that ask for large work: it stays in proportion, or is refused in time. */
class RepeatedStructureTests {
  @TempDir Path folder;

  private static <T> T inTime(ThrowingSupplier<T> work) {
    return assertTimeoutPreemptively(Duration.ofSeconds(20), work);
  }

  private InvalidModelException refusal(TestModel model) {
    Path file = model.save(folder);
    return inTime(
        () -> assertThrows(InvalidModelException.class, () -> OnnxModel.importGraph(file)));
  }

  private static void assertSays(InvalidModelException e, String... parts) {
    String message = String.valueOf(e.getMessage());
    for (String part : parts) {
      assertTrue(message.contains(part), message);
    }
  }

  /** {@code v + floor((v + 1) / 2)}, again and again: each time the expression nests deeper. */
  private static TestModel growing(int times) {
    TestModel model =
        TestModel.opset(13)
            .input("x", F32, "n")
            .longs("one", 1)
            .longs("two", 2)
            .node("Shape", "x", "v0");
    for (int i = 0; i < times; i++) {
      model
          .node("Add", "v" + i + " one", "a" + i)
          .node("Div", "a" + i + " two", "b" + i)
          .node("Add", "v" + i + " b" + i, "v" + (i + 1));
    }
    return model.node("Identity", "v" + times, "y").output("y", I64);
  }

  @Test
  void expressionsThatDoubleAreRefusedWithTheirNode() {
    assertSays(refusal(growing(16)), "node 'Add_", "terms", "256");
  }

  @Test
  void expressionsThatGrowAreMadeOnceForEachPart() {
    Graph graph = inTime(() -> growing(7).importGraph(folder));
    assertTrue(graph.nodes().size() < 400, () -> graph.nodes().size() + " nodes");
    long n = 1000;
    long expected = n;
    for (int i = 0; i < 7; i++) {
      expected += (expected + 1) / 2;
    }
    Tensor x = Tensor.of(new float[(int) n], n);
    assertEquals(expected, new Interpreter().run(graph, Map.of("x", x)).get("y").getLong(0));
  }

  @Test
  void shapesThatDoubleAreRefusedWithTheirNode() {
    TestModel model = TestModel.opset(13).input("v0", F32, 1, 1, "n");
    for (int i = 0; i < 16; i++) {
      model
          .node("MaxPool", "v" + i, "p" + i, integers("kernel_shape", 1), integers("strides", 2))
          .node("Concat", "v" + i + " p" + i, "v" + (i + 1), integer("axis", 2));
    }
    assertSays(refusal(model.output("v16", F32)), "node 'Concat_", "terms", "256");
  }

  @Test
  void manySymbolsInOneSumAreRefused() {
    TestModel model = TestModel.opset(13);
    StringBuilder inputs = new StringBuilder();
    for (int i = 0; i < 2000; i++) {
      model.input("x" + i, F32, "n" + i);
      inputs.append(i == 0 ? "" : " ").append('x').append(i);
    }
    model.node("Concat", inputs.toString(), "y", integer("axis", 0)).output("y", F32);
    assertSays(refusal(model), "node 'Concat_0'", "terms");
  }

  @Test
  void dimensionsOfForeignAlphabetsAreNamedInTime() {
    TestModel model = TestModel.opset(13);
    for (int i = 0; i < 10_000; i++) {
      model.input("x" + i, F32, Character.toString(0x4E00 + i));
    }
    Path file = model.node("Neg", "x0", "y").output("y", F32).save(folder);
    OnnxModel read = inTime(() -> OnnxModel.read(file));
    assertEquals(10_000, new HashSet<>(read.symbols()).size());
    assertEquals("__10000", read.symbols().getLast());
  }

  @Test
  void padsBeyondAllMeasureAreRefusedWithTheirNode() {
    for (String mode : new String[] {"edge", "reflect", "wrap"}) {
      TestModel model =
          TestModel.opset(13)
              .input("x", F32, 2)
              .longs("pads", 1_000_000_000, 0)
              .node("Pad", "x pads", "y", TestModel.text("mode", mode))
              .output("y", F32);
      assertSays(refusal(model), "node 'Pad_0'", "1000000002 elements");
    }
  }

  @Test
  void padsThatAreLargeTogetherAreRefused() {
    TestModel model = TestModel.opset(13).input("x0", F32, 2).longs("pads", 1_000_000, 0);
    for (int i = 0; i < 9; i++) {
      model.node("Pad", "x0 pads", "x" + (i + 1), TestModel.text("mode", "edge"));
    }
    assertSays(refusal(model.output("x9", F32)), "node 'Pad_8'");
  }

  @Test
  void vectorsThatGrowTenfoldAreNoShapes() {
    TestModel model = TestModel.opset(13).input("x", F32, "n").node("Shape", "x", "v0");
    for (int i = 0; i < 3; i++) {
      String parts = ("v" + i + " ").repeat(1000).strip();
      model.node("Concat", parts, "v" + (i + 1), integer("axis", 0));
    }
    Path file = model.output("v3", I64).save(folder);
    Graph graph = inTime(() -> OnnxModel.importGraph(file));
    assertEquals("[1000000000]", graph.output("v3").shape().toString());
  }

  @Test
  void longCyclesAreFoundInTime() {
    int nodes = 200_000;
    TestModel model = TestModel.opset(13).input("x", F32, 2);
    for (int i = 0; i < nodes; i++) {
      model.node("Neg", "v" + i, "v" + (i + 1) % nodes);
    }
    assertSays(refusal(model.output("v0", F32)), "cyclic");
  }

  @Test
  void packedNumbersAreChargedWhatTheyTake() throws IOException {
    ByteString zeros = ByteString.copyFrom(new byte[40 << 20]);
    for (int field : new int[] {1, 5, 7}) {
      byte[] tensor = delimited(field, zeros);
      byte[] graph = delimited(GraphProto.INITIALIZER_FIELD_NUMBER, ByteString.copyFrom(tensor));
      Path file =
          Files.write(folder.resolve("packed.onnx"), delimited(7, ByteString.copyFrom(graph)));
      InvalidModelException e =
          inTime(() -> assertThrows(InvalidModelException.class, () -> OnnxModel.read(file)));
      assertSays(e, "in the TensorProto at offset", "268435456 bytes");
    }
  }

  private static byte[] delimited(int field, ByteString content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.writeBytes(field, content);
    out.flush();
    return bytes.toByteArray();
  }

  /** However a chain of additions and divisions runs: a graph in proportion, or a refusal. */
  static class Properties {
    private static Path made;

    @BeforeContainer
    static void makeFolder() throws IOException {
      made = Files.createTempDirectory("repeated");
    }

    @AfterContainer
    static void removeFolder() throws IOException {
      Files.deleteIfExists(made.resolve("model.onnx"));
      Files.delete(made);
    }

    @Property(tries = 60)
    void chainsOfShapeArithmeticStayInProportion(
        @ForAll @IntRange(min = 1, max = 30) int length, @ForAll long choices) throws IOException {
      TestModel model =
          TestModel.opset(13)
              .input("x", F32, "n", "m")
              .longs("one", 1)
              .longs("two", 2)
              .longs("three", 3)
              .node("Shape", "x", "v0");
      String[] types = {"Add", "Div", "Add", "Mul"};
      String[] numbers = {"one", "two", "three"};
      for (int i = 0; i < length; i++) {
        int choice = (int) (choices >>> (2 * i)) & 3;
        String second = choice == 2 ? "v" + i / 2 : numbers[i % 3];
        model.node(types[choice], "v" + i + " " + second, "v" + (i + 1));
      }
      Path file = made.resolve("model.onnx");
      Files.write(file, model.output("v" + length, I64).bytes());
      inTime(
          () -> {
            try {
              int nodes = OnnxModel.importGraph(file).nodes().size();
              assertTrue(nodes < 10_000, () -> nodes + " nodes");
            } catch (InvalidModelException refused) {
              assertFalse(String.valueOf(refused.getMessage()).isEmpty());
            }
            return length;
          });
    }
  }
}
