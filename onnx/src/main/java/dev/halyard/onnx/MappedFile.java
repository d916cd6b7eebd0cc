package dev.halyard.onnx;

import dev.halyard.TensorArena;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file mapped for reading. The mapping lives as long as a tensor refers into it.
 *
 * @param path the file
 * @param arena the automatic arena of the mapping
 * @param content all of the file
 */
record MappedFile(Path path, TensorArena arena, MemorySegment content) {

  /**
   * Maps a file.
   *
   * @param path the file
   * @param role what it is wanted as, for messages
   * @throws InvalidModelException if it is missing, no plain file, empty or not readable
   */
  static MappedFile open(Path path, String role) {
    if (!Files.isRegularFile(path)) {
      throw new InvalidModelException(
          (Files.exists(path) ? path + " is no plain file" : "there is no file " + path)
              + "; name "
              + role);
    }
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      if (channel.size() == 0) {
        throw new InvalidModelException(
            path + " is empty (0 bytes), wanted " + role + "; download or export it again");
      }
      TensorArena arena = TensorArena.ofAuto();
      MemorySegment content = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      return new MappedFile(path, arena, content);
    } catch (IOException e) {
      throw new InvalidModelException(
          path + " cannot be read as " + role + ": " + e + "; check its permissions", e);
    }
  }

  /** {@return the size in bytes} */
  long bytes() {
    return content.byteSize();
  }
}
