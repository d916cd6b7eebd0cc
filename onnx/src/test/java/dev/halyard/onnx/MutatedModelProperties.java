package dev.halyard.onnx;

import static dev.halyard.DType.F32;
import static dev.halyard.DType.I64;
import static dev.halyard.onnx.TestModel.integer;
import static dev.halyard.onnx.TestModel.integers;

import dev.halyard.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever happens to the bytes of a model: it imports, or fails by InvalidModelException. */
class MutatedModelProperties {
  private static final byte[] MODEL =
      TestModel.opset(11)
          .input("x", F32, "n", 2, 6, 6)
          .input("i", I64, "n", "s")
          .initializer("k", Tensor.of(new float[36], 2, 2, 3, 3))
          .initializer("w", Tensor.of(new float[8], 2, 4))
          .longs("axis", 1)
          .longs("shape", 0, -1)
          .node("Conv", "x k", "c", integers("pads", 1, 1, 1, 1), integers("strides", 2, 2))
          .node("MaxPool", "c", "p", integers("kernel_shape", 2, 2), integer("ceil_mode", 1))
          .node("GlobalAveragePool", "p", "g")
          .node("Reshape", "g shape", "r")
          .node("MatMul", "r w", "m")
          .node("Softmax", "m", "y", integer("axis", 1))
          .node("Shape", "i", "d")
          .node("Slice", "d axis shape", "part")
          .node("Constant", "", "one", TestModel.tensor("value", Tensor.of(new long[] {1}, 1)))
          .node("Concat", "part one", "whole", integer("axis", 0))
          .node("Expand", "i whole", "z")
          .output("y", F32)
          .output("part", I64)
          .bytes();

  private static Path folder;

  @BeforeContainer
  static void makeFolder() throws IOException {
    folder = Files.createTempDirectory("mutated");
  }

  @AfterContainer
  static void removeFolder() throws IOException {
    Files.deleteIfExists(folder.resolve("model.onnx"));
    Files.delete(folder);
  }

  private static void importsOrIsInvalid(byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("model.onnx"), bytes);
    try {
      OnnxModel.importGraph(file);
    } catch (InvalidModelException expected) {
      // The one allowed way to fail.
    }
  }

  @Property(tries = 1500)
  void anyBytesReplaced(
      @ForAll @Size(min = 1, max = 4) int[] places, @ForAll @Size(4) byte[] values)
      throws IOException {
    byte[] bytes = MODEL.clone();
    for (int i = 0; i < places.length; i++) {
      bytes[Math.floorMod(places[i], bytes.length)] = values[i];
    }
    importsOrIsInvalid(bytes);
  }

  @Property(tries = 700)
  void anySingleBitFlipped(@ForAll int place, @ForAll @IntRange(max = 7) int bit)
      throws IOException {
    byte[] bytes = MODEL.clone();
    bytes[Math.floorMod(place, bytes.length)] ^= (byte) (1 << bit);
    importsOrIsInvalid(bytes);
  }

  @Property(tries = 300)
  void anyPartCutOut(@ForAll int from, @ForAll @IntRange(min = 1, max = 200) int length)
      throws IOException {
    int start = Math.floorMod(from, MODEL.length);
    int end = Math.min(MODEL.length, start + length);
    byte[] bytes = Arrays.copyOf(MODEL, MODEL.length - (end - start));
    System.arraycopy(MODEL, end, bytes, start, MODEL.length - end);
    importsOrIsInvalid(bytes);
  }
}
