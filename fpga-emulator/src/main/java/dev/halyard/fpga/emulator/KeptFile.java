package dev.halyard.fpga.emulator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A file that is kept with its SHA-256 beside it, so that one that was cut short or changed isn't
 * used.
 *
 * @param path where it is
 */
record KeptFile(Path path) {
  /** {@return whether it is there as it was put} */
  boolean isWhole() throws IOException {
    return Files.isRegularFile(path)
        && Files.isRegularFile(hash())
        && Files.readString(hash()).equals(Hashes.sha256(Files.readAllBytes(path)));
  }

  /** Moves a file of the same file system here, its hash first: the file makes it valid. */
  void put(Path file) throws IOException {
    Files.createDirectories(path.getParent());
    Files.writeString(hash(), Hashes.sha256(Files.readAllBytes(file)));
    Files.move(file, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private Path hash() {
    return path.resolveSibling(path.getFileName() + ".sha256");
  }
}
