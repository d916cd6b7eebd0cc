package dev.halyard.cli;

import dev.halyard.Tensor;
import dev.halyard.onnx.Npy;
import dev.halyard.onnx.OnnxTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads tensors from files and writes them. */
final class TensorFiles {
  private TensorFiles() {}

  static Map<String, Tensor> read(Map<String, Path> files) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, Path> entry : files.entrySet()) {
      tensors.put(entry.getKey(), read(entry.getValue()));
    }
    return tensors;
  }

  private static Tensor read(Path file) {
    String name = file.toString();
    if (name.endsWith(".npy")) {
      return Npy.read(file);
    }
    if (name.endsWith(".pb")) {
      return OnnxTensors.read(file);
    }
    throw new IllegalArgumentException(
        "--input wants a file .npy or .pb (an ONNX TensorProto); found " + file);
  }

  /**
   * Writes tensors to {@code FOLDER/NAME.npy}, with what no file name may hold replaced by _, and
   * numbers those whose names are the same then: {@code a_b.npy}, {@code a_b_2.npy}.
   *
   * @return the files, by the names of the tensors
   */
  static Map<String, Path> write(Path folder, Map<String, Tensor> tensors) throws IOException {
    Files.createDirectories(folder);
    Map<String, Path> files = new LinkedHashMap<>();
    Set<String> taken = new HashSet<>();
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      String plain = entry.getKey().replaceAll("[^A-Za-z0-9._-]", "_");
      String free = plain;
      // Some file systems do not tell a.npy from A.npy.
      for (int i = 2; !taken.add(free.toLowerCase(Locale.ROOT)); i++) {
        free = plain + "_" + i;
      }
      Path file = folder.resolve(free + ".npy");
      Npy.write(file, entry.getValue());
      files.put(entry.getKey(), file);
    }
    return files;
  }
}
