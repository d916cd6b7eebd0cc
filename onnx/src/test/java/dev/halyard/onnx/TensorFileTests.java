package dev.halyard.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.DType;
import dev.halyard.OutOfDeviceMemoryException;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.onnx.proto.AttributeProto;
import dev.halyard.onnx.proto.StringStringEntryProto;
import dev.halyard.onnx.proto.TensorProto;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorFileTests {
  private static final List<long[]> SHAPES =
      List.of(new long[] {}, new long[] {5}, new long[] {2, 0, 3}, new long[] {2, 3, 4});

  @TempDir Path folder;

  @Test
  void copyBeyondTheMemoryNamesTheTensorAndTheSetting() throws IOException {
    long bytes = 1L << 40;
    Path weights = folder.resolve("w.bin");
    try (RandomAccessFile sparse = new RandomAccessFile(weights.toFile(), "rw")) {
      sparse.setLength(bytes + 1);
    }
    TensorProto.Builder w =
        TensorProto.newBuilder()
            .setName("w")
            .setDataType(ElementTypes.code(DType.F32))
            .addDims(bytes / Float.BYTES)
            .setDataLocation(TensorProto.DataLocation.EXTERNAL);
    for (String entry : new String[] {"location=w.bin", "offset=1"}) {
      String[] parts = entry.split("=", 2);
      w.addExternalData(StringStringEntryProto.newBuilder().setKey(parts[0]).setValue(parts[1]));
    }
    TestModel asInitializer = TestModel.opset(13).input("x", DType.F32, 1);
    asInitializer.graph.addInitializer(w);
    TestModel asAttribute =
        TestModel.opset(13)
            .node(
                "Constant",
                "",
                "w",
                AttributeProto.newBuilder()
                    .setName("value")
                    .setType(AttributeProto.AttributeType.TENSOR)
                    .setT(w)
                    .build());
    for (TestModel model : List.of(asInitializer, asAttribute)) {
      model.node("Neg", "w", "y").output("y", DType.F32);
      OutOfDeviceMemoryException e =
          assertThrows(OutOfDeviceMemoryException.class, () -> model.importGraph(folder));
      String message = String.valueOf(e.getMessage());
      assertTrue(message.contains(bytes + " bytes"), message);
      assertTrue(message.contains("-XX:MaxDirectMemorySize"), message);
    }
  }

  private static Tensor counting(DType dtype, long... shape) {
    Tensor tensor = TensorArena.ofAuto().allocate(dtype, shape);
    for (long i = 0; i < tensor.elements(); i++) {
      tensor.setDouble(i, (double) (dtype == DType.BOOL ? i % 2 : i - 3));
    }
    return tensor;
  }

  private static void assertSame(Tensor wanted, Tensor found) {
    assertEquals(wanted.toString(), found.toString());
    assertEquals(-1, wanted.segment().mismatch(found.segment()));
  }

  @Nested
  class OfOnnx {
    @Test
    void everyTypeAndShapeComesBack() {
      Path file = folder.resolve("t.pb");
      for (DType dtype : DType.values()) {
        for (long[] shape : SHAPES) {
          Tensor tensor = counting(dtype, shape);
          OnnxTensors.write(file, "t", tensor);
          assertSame(tensor, OnnxTensors.read(file));
        }
      }
    }

    @Test
    void typedFieldsAreRead() throws IOException {
      Path file = folder.resolve("t.pb");
      TensorProto.Builder proto = TensorProto.newBuilder().addDims(2).setDataType(10);
      Files.write(file, proto.addInt32Data(0x3C00).addInt32Data(0xC000).build().toByteArray());
      assertArrayEquals(new float[] {1, -2}, OnnxTensors.read(file).toFloats());
    }

    @Test
    void stringsAndOtherFilesAreRefused() throws IOException {
      Path file = folder.resolve("t.pb");
      Files.write(file, TensorProto.newBuilder().setDataType(8).build().toByteArray());
      assertThrows(UnsupportedModelException.class, () -> OnnxTensors.read(file));
      Files.write(file, new byte[] {0x52, 0});
      assertThrows(InvalidModelException.class, () -> OnnxTensors.read(file));
      assertThrows(InvalidModelException.class, () -> OnnxTensors.read(folder.resolve("no.pb")));
    }
  }

  @Nested
  class OfNumpy {
    private Path raw(int major, String header, byte... elements) throws IOException {
      byte[] text = header.getBytes(StandardCharsets.UTF_8);
      ByteBuffer bytes =
          ByteBuffer.allocate((major == 1 ? 10 : 12) + text.length + elements.length)
              .order(ByteOrder.LITTLE_ENDIAN);
      bytes.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
      bytes.put((byte) major).put((byte) 0);
      if (major == 1) {
        bytes.putShort((short) text.length);
      } else {
        bytes.putInt(text.length);
      }
      return Files.write(folder.resolve("raw.npy"), bytes.put(text).put(elements).array());
    }

    private void assertRefused(Path file, String part) {
      InvalidModelException e = assertThrows(InvalidModelException.class, () -> Npy.read(file));
      assertTrue(String.valueOf(e.getMessage()).contains(part), e.getMessage());
    }

    @Test
    void everyTypeAndShapeComesBack() {
      Path file = folder.resolve("t.npy");
      for (DType dtype : DType.values()) {
        for (long[] shape : SHAPES) {
          if (dtype != DType.BF16) {
            Tensor tensor = counting(dtype, shape);
            Npy.write(file, tensor);
            assertSame(tensor, Npy.read(file));
          }
        }
      }
    }

    @Test
    void elementsBeginAtAMultipleOf64() throws IOException {
      Path file = folder.resolve("t.npy");
      Npy.write(file, counting(DType.F32, 2, 3));
      byte[] bytes = Files.readAllBytes(file);
      assertEquals(0, (bytes.length - 24) % 64);
      assertEquals('\n', bytes[bytes.length - 25]);
      String header = new String(bytes, 10, 60, StandardCharsets.US_ASCII);
      assertTrue(header.startsWith("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"));
    }

    @Test
    void brainFloatsAreRefusedWithAdvice() {
      Tensor tensor = counting(DType.BF16, 2);
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class, () -> Npy.write(folder.resolve("b.npy"), tensor));
      assertTrue(String.valueOf(e.getMessage()).contains("cast"), e.getMessage());
    }

    @Test
    void versionsTwoAndThreeAndFortranOrderAreRead() throws IOException {
      String header = "{'shape': (2, 3), 'fortran_order': True, 'descr': '|i1'}\n";
      for (int version = 1; version <= 3; version++) {
        Tensor tensor = Npy.read(raw(version, header, new byte[] {0, 3, 1, 4, 2, 5}));
        assertArrayEquals(new long[] {2, 3}, tensor.shape());
        assertArrayEquals(new long[] {0, 1, 2, 3, 4, 5}, tensor.toLongs());
      }
    }

    @Test
    void hostileHeadersAreRefused() throws IOException {
      String end = ", 'fortran_order': False, 'shape': ";
      assertRefused(raw(1, "{'descr': '>f4'" + end + "(1,)}", new byte[4]), "'>f4'");
      assertRefused(raw(1, "{'descr': '|O'" + end + "(1,)}", new byte[8]), "'|O'");
      assertRefused(raw(1, "{'descr': '<f4'" + end + "(2,)}", new byte[4]), "takes 8 bytes");
      assertRefused(raw(1, "{'descr': '<f4'" + end + "(-1,)}", new byte[4]), "'shape'");
      assertRefused(raw(1, "{'descr': '<f4'" + end + "(99999999999999999999,)}"), "its shape is");
      assertRefused(raw(1, "{'descr': '<f4'" + end + "(9999999999, 9999999999)}"), "too large");
      assertRefused(raw(1, "{'descr': '<f4'}"), "'fortran_order'");
      assertRefused(raw(1, "__import__('os')"), "no dictionary");
      assertRefused(raw(4, "{}"), "version 4");
      byte[] claim = Files.readAllBytes(raw(2, "{}"));
      Arrays.fill(claim, 8, 12, (byte) 0xB0);
      Files.write(folder.resolve("raw.npy"), claim);
      assertRefused(folder.resolve("raw.npy"), "claims 2964369584 bytes");
    }

    @Test
    void damagedFilesAreInvalidAndNothingElse() throws IOException {
      Path file = folder.resolve("t.npy");
      Npy.write(file, counting(DType.F32, 2, 3));
      byte[] good = Files.readAllBytes(file);
      Random random = new Random(3);
      for (int i = 0; i < 1000; i++) {
        byte[] bytes = Arrays.copyOf(good, 1 + random.nextInt(good.length));
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        Files.write(file, bytes);
        try {
          Npy.read(file);
        } catch (InvalidModelException expected) {
          // The one allowed way to fail.
        }
      }
    }

    @Test
    void failureToWriteNamesTheFile() {
      Path file = folder.resolve("no/such/folder.npy");
      UncheckedIOException e =
          assertThrows(UncheckedIOException.class, () -> Npy.write(file, counting(DType.F32, 1)));
      assertTrue(String.valueOf(e.getMessage()).contains(file.toString()), e.getMessage());
    }
  }
}
