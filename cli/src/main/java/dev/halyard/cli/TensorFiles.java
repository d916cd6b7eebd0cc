package dev.halyard.cli;

import dev.halyard.Tensor;
import dev.halyard.onnx.Npy;
import dev.halyard.onnx.OnnxTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

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

  /** {@return the file {@code FOLDER/NAME.npy}, with what no file name may hold replaced by _} */
  static Path write(Path folder, String name, Tensor tensor) throws IOException {
    Files.createDirectories(folder);
    Path file = folder.resolve(name.replaceAll("[^A-Za-z0-9._-]", "_") + ".npy");
    Npy.write(file, tensor);
    return file;
  }
}
