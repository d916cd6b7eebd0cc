package dev.halyard.onnx;

import static dev.halyard.DType.F32;
import static dev.halyard.DType.I64;
import static dev.halyard.onnx.TestModel.integer;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.halyard.Tensor;
import dev.halyard.Value;
import dev.halyard.onnx.proto.ModelProto;
import dev.halyard.onnx.proto.StringStringEntryProto;
import dev.halyard.onnx.proto.TensorProto;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged and malicious files: always InvalidModelException, and a message that helps. */
class HostileFileTests {
  @TempDir Path folder;

  private static TestModel valid() {
    return TestModel.opset(13)
        .input("x", F32, "n", 3)
        .initializer("w", Tensor.of(new float[12], 3, 4))
        .node("MatMul", "x w", "y")
        .output("y", F32);
  }

  private void assertInvalid(TestModel model, String... parts) {
    assertInvalid(model.save(folder), parts);
  }

  private static void assertInvalid(Path file, String... parts) {
    InvalidModelException e =
        assertThrows(InvalidModelException.class, () -> OnnxModel.importGraph(file));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.contains(file.toString()), message);
    for (String part : parts) {
      assertTrue(message.contains(part), () -> "no '" + part + "' in: " + message);
    }
  }

  private Path write(byte[] bytes) throws IOException {
    return Files.write(Files.createTempFile(folder, "hostile", ".onnx"), bytes);
  }

  @Nested
  class WholeFiles {
    @Test
    void missingFileIsNamed() {
      assertInvalid(folder.resolve("no.onnx"), "there is no file");
    }

    @Test
    void folderIsNoModel() {
      assertInvalid(folder, "no plain file");
    }

    @Test
    void emptyFileIsRefused() throws IOException {
      assertInvalid(write(new byte[0]), "empty (0 bytes)");
    }

    @Test
    void fileWithoutGraphIsRefused() throws IOException {
      assertInvalid(
          write(ModelProto.newBuilder().setIrVersion(8).build().toByteArray()), "holds no graph");
    }

    @Test
    void randomBytesAreRefused() throws IOException {
      Random random = new Random(1);
      for (int i = 0; i < 200; i++) {
        byte[] bytes = new byte[1 + random.nextInt(300)];
        random.nextBytes(bytes);
        assertInvalid(write(bytes));
      }
    }

    @Test
    void textIsRefused() throws IOException {
      assertInvalid(write("<html>not found</html>".getBytes(StandardCharsets.UTF_8)), "offset");
    }

    @Test
    void everyPrefixOfAModelIsRefused() throws IOException {
      byte[] bytes = valid().bytes();
      // The operator sets are written last and may be cut off as a whole: then they are missing.
      for (int length = 1; length < bytes.length; length++) {
        assertInvalid(write(Arrays.copyOf(bytes, length)));
      }
    }
  }

  @Nested
  class FalseClaims {
    private byte[] claim(int field, long length) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      out.writeTag(field, 2);
      out.writeUInt64NoTag(length);
      out.flush();
      bytes.write(new byte[100]);
      return bytes.toByteArray();
    }

    @Test
    void graphOfThreeGigabytesIsRefusedAtItsOffset() throws IOException {
      assertInvalid(write(claim(7, 3_000_000_000L)), "claims 3000000000 bytes", "offset 0");
    }

    @Test
    void lengthBeyondALongIsRefused() throws IOException {
      assertInvalid(write(claim(7, -1)), "claims 18446744073709551615 bytes");
    }

    @Test
    void sparseFileOfThreeGigabytesCostsNoMemory() throws IOException {
      Path file = write(claim(2, 3_000_000_000L));
      try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
        large.setLength(3_000_001_000L);
      }
      assertInvalid(file, "raw_data nor external data");
    }

    @Test
    void initializerThatClaimsMoreElementsThanItHasIsRefused() {
      TestModel model = valid();
      model.graph.getInitializerBuilder(0).clearDims().addDims(30_000).addDims(25_000);
      assertInvalid(model, "initializer 'w'", "3000000000 bytes", "has 48", "offset");
    }

    @Test
    void typedDataOfTheWrongCountIsRefused() {
      TestModel model = valid();
      model.graph.getInitializerBuilder(0).clearRawData().addFloatData(1);
      assertInvalid(model, "12 elements", "has 1");
    }

    @Test
    void shapesBeyondALongAndBelowZeroAreRefused() {
      for (long extent : new long[] {Long.MAX_VALUE, -1}) {
        TestModel model = valid();
        model.graph.getInitializerBuilder(0).clearDims().addDims(extent).addDims(16);
        assertInvalid(model, "cannot have the shape");
      }
    }

    @Test
    void positionsInTheFileCannotBeForged() {
      TestModel model = valid();
      model
          .graph
          .getInitializerBuilder(0)
          .clearRawData()
          .setMappedOffset(1L << 40)
          .setMappedBytes(48);
      assertInvalid(model, "12 elements, its data has 0");
    }
  }

  @Nested
  class Structure {
    @Test
    void cycleIsShown() {
      TestModel model =
          TestModel.opset(13)
              .input("x", F32, 2)
              .node("Add", "x b", "a")
              .node("Neg", "a", "b")
              .output("b", F32);
      assertInvalid(model, "cyclic", "'Add_0' (Add) needs node 'Neg_1' (Neg)");
    }

    @Test
    void nodesOutOfOrderAreSorted() {
      TestModel model =
          TestModel.opset(13)
              .input("x", F32, 2)
              .node("Neg", "a", "b")
              .node("Abs", "x", "a")
              .output("b", F32);
      assertEquals(2, model.importGraph(folder).nodes().size());
    }

    @Test
    void undefinedValueIsNamedWithItsNode() {
      TestModel model =
          TestModel.opset(13).input("x", F32, 2).node("Add", "x z", "y").output("y", F32);
      assertInvalid(model, "'Add_0' (Add)", "value 'z'");
    }

    @Test
    void undefinedOutputIsNamed() {
      assertInvalid(valid().output("z", F32), "output 'z'");
    }

    @Test
    void valueDefinedTwiceIsNamed() {
      assertInvalid(valid().node("Neg", "x", "y"), "'Neg_1' (Neg)", "value 'y'", "already");
      assertInvalid(valid().node("Neg", "x", "w"), "value 'w'", "already");
    }

    @Test
    void portsAndInitializersDeclaredTwiceAreNamed() {
      assertInvalid(valid().input("x", F32, 2), "input 'x' is declared twice");
      assertInvalid(valid().output("y", F32), "output 'y' is declared twice");
      assertInvalid(valid().longs("w", 1), "initializer 'w' is declared twice");
    }

    @Test
    void graphWithoutOutputIsRefused() {
      assertInvalid(TestModel.opset(13).input("x", F32, 2).node("Neg", "x", "y"), "no output");
    }

    @Test
    void shapesThatDoNotFitAreShownWithTheNode() {
      TestModel model = valid();
      model.graph.getInitializerBuilder(0).setDims(0, 4).setDims(1, 3);
      assertInvalid(model, "'MatMul_0' (MatMul)", "[n, 3]", "[4, 3]");
    }

    @Test
    void outputDeclaredWithAnotherTypeIsRefused() {
      TestModel model =
          TestModel.opset(13).input("x", F32, 2).node("Neg", "x", "y").output("y", I64);
      assertInvalid(model, "declared as I64", "computed as F32");
    }

    @Test
    void attributeOfTheWrongTypeIsNamed() {
      TestModel model =
          TestModel.opset(13)
              .input("x", F32, 2)
              .node("Softmax", "x", "y", TestModel.number("axis", 1))
              .output("y", F32);
      assertInvalid(model, "'axis'", "FLOAT", "INT");
    }

    @Test
    void axisOutsideTheRankIsRefused() {
      TestModel model =
          TestModel.opset(13)
              .input("x", F32, 2)
              .node("Softmax", "x", "y", integer("axis", 1))
              .output("y", F32);
      assertInvalid(model, "axis 1", "rank 1", "F32[2]");
    }

    @Test
    void wrongNumberOfInputsIsRefused() {
      TestModel model =
          TestModel.opset(13).input("x", F32, 2).node("Add", "x", "y").output("y", F32);
      assertInvalid(model, "has 1 inputs, wanted 2");
    }
  }

  @Nested
  class ExternalFiles {
    private TestModel external(String... entries) {
      TestModel model = valid();
      TensorProto.Builder w = model.graph.getInitializerBuilder(0).clearRawData();
      w.setDataLocation(TensorProto.DataLocation.EXTERNAL);
      for (int i = 0; i < entries.length; i += 2) {
        w.addExternalData(
            StringStringEntryProto.newBuilder().setKey(entries[i]).setValue(entries[i + 1]));
      }
      return model;
    }

    @Test
    void weightsAreReadAtTheirOffset() throws IOException {
      byte[] data = new byte[64 + 48];
      data[64 + 3] = 0x40; // 2.0f
      Files.write(folder.resolve("w.bin"), data);
      Tensor w =
          external("location", "w.bin", "offset", "64", "length", "48")
              .importGraph(folder)
              .nodes()
              .stream()
              .flatMap(node -> node.inputs().stream())
              .filter(value -> value.constant().isPresent())
              .map(value -> ((Value) value).constantTensor().orElseThrow())
              .findFirst()
              .orElseThrow();
      assertEquals(2f, w.getDouble(0));
      assertTrue(w.segment().isReadOnly(), "used where it lies");
    }

    @Test
    void fileOutsideTheFolderIsRefused() throws IOException {
      Path secret = Files.write(Files.createTempFile("secret", ".bin"), new byte[48]);
      assertInvalid(external("location", secret.toString()), "outside the model's folder");
      String climb = folder.toAbsolutePath().relativize(secret.toAbsolutePath()).toString();
      assertInvalid(external("location", climb), "outside the model's folder");
      Files.createSymbolicLink(folder.resolve("link.bin"), secret);
      assertInvalid(external("location", "link.bin"), "outside the model's folder");
      Files.delete(secret);
    }

    @Test
    void missingAndShortFilesAreRefused() throws IOException {
      InvalidModelException e =
          assertThrows(
              InvalidModelException.class,
              () -> external("location", "no.bin").importGraph(folder));
      assertTrue(String.valueOf(e.getMessage()).contains("there is no file"), e.getMessage());
      Files.write(folder.resolve("short.bin"), new byte[47]);
      assertInvalid(external("location", "short.bin"), "48 bytes at offset 0", "has 47");
    }

    @Test
    void nonsensicalEntriesAreRefused() throws IOException {
      Files.write(folder.resolve("w.bin"), new byte[48]);
      assertInvalid(external(), "no location");
      assertInvalid(external("location", "w.bin", "offset", "-1"), "offset is '-1'");
      assertInvalid(external("location", "w.bin", "offset", "x"), "offset is 'x'");
      assertInvalid(external("location", "w.bin", "length", "12"), "claims 12");
      assertInvalid(
          external("location", "w.bin", "offset", "" + Long.MAX_VALUE), "48 bytes at offset");
      assertInvalid(external("location", "a\0b"), "no path");
    }
  }

  @Test
  void damagedStringIsRefused() throws IOException {
    TestModel model = valid();
    model.graph.getNodeBuilder(0).setOpTypeBytes(ByteString.copyFrom(new byte[] {(byte) 0xFF}));
    assertThrows(InvalidModelException.class, () -> model.importGraph(folder));
  }
}
