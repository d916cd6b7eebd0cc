package dev.halyard.onnx;

import dev.halyard.onnx.proto.StringStringEntryProto;
import dev.halyard.onnx.proto.TensorProto;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Weights that lie in files beside the model. */
final class ExternalData {
  private final Path model;
  private final Map<Path, MappedFile> open = new HashMap<>();

  ExternalData(Path model) {
    this.model = model;
  }

  /**
   * Where a tensor's content lies.
   *
   * @param file the mapped file
   * @param offset in bytes
   * @param bytes how many belong to the tensor
   */
  record Range(MappedFile file, long offset, long bytes) {}

  /**
   * Finds the content of a tensor.
   *
   * @param proto its declaration
   * @param bytes what its shape takes
   * @param role which tensor it is, for messages
   * @throws InvalidModelException if the file is missing, too short or outside the model's folder
   */
  Range find(TensorProto proto, long bytes, String role) {
    Map<String, String> entries = new HashMap<>();
    for (StringStringEntryProto entry : proto.getExternalDataList()) {
      entries.put(entry.getKey(), entry.getValue());
    }
    String location = entries.get("location");
    if (location == null || location.isEmpty()) {
      throw error(role, "has external data with no location; export the model again");
    }
    MappedFile file =
        open.computeIfAbsent(
            resolve(location, role),
            path -> MappedFile.open(path, "the external data of " + model));
    long offset = number(entries, "offset", 0, role);
    long length = number(entries, "length", bytes, role);
    if (length != bytes) {
      throw error(role, "takes " + bytes + " bytes, its external data claims " + length);
    }
    if (offset > file.bytes() - bytes) {
      throw error(
          role,
          "wants "
              + bytes
              + " bytes at offset "
              + offset
              + " of "
              + file.path()
              + ", which has "
              + file.bytes()
              + "; copy the whole file");
    }
    return new Range(file, offset, bytes);
  }

  private long number(Map<String, String> entries, String key, long otherwise, String role) {
    String text = entries.get(key);
    if (text == null) {
      return otherwise;
    }
    try {
      long value = Long.parseLong(text.strip());
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Told below, like a negative number.
    }
    throw error(role, "has external data whose " + key + " is '" + text + "'");
  }

  /** A model must not reach files beyond its own folder, neither by its text nor by a link. */
  private Path resolve(String location, String role) {
    try {
      Path folder = model.toAbsolutePath().normalize().getParent();
      if (folder == null || Path.of(location).isAbsolute()) {
        throw outside(role, location);
      }
      Path path = folder.resolve(location).normalize();
      if (!path.startsWith(folder)) {
        throw outside(role, location);
      }
      boolean exists = path.toFile().exists();
      if (exists && !path.toRealPath().startsWith(folder.toRealPath())) {
        throw outside(role, location);
      }
      return path;
    } catch (InvalidPathException | IOException e) {
      throw new InvalidModelException(
          model + ": " + role + " has external data at '" + location + "', which is no path", e);
    }
  }

  private InvalidModelException outside(String role, String location) {
    return error(
        role,
        "has external data at '"
            + location
            + "', outside the model's folder; only files beside the model are read");
  }

  private InvalidModelException error(String role, String found) {
    return new InvalidModelException(model + ": " + role + " " + found);
  }
}
