package dev.halyard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.halyard.Tensor;
import dev.halyard.onnx.Npy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorFilesTests {
  @TempDir Path folder;

  @Test
  void namesThatAreTheSameAsFilesAreNumbered() throws IOException {
    List<String> names = List.of("a/b", "a:b", "a_b_2", "A_B", "c");
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : names) {
      tensors.put(name, Tensor.of(new long[] {tensors.size()}, 1));
    }
    Map<String, Path> files = TensorFiles.write(folder, tensors);

    List<String> written =
        names.stream().map(name -> folder.relativize(files.get(name)).toString()).toList();
    assertEquals(List.of("a_b.npy", "a_b_2.npy", "a_b_2_2.npy", "A_B_3.npy", "c.npy"), written);
    for (int i = 0; i < names.size(); i++) {
      assertEquals(i, Npy.read(files.get(names.get(i))).getLong(0));
    }
  }
}
