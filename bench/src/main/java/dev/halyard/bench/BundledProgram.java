package dev.halyard.bench;

import dev.halyard.examples.CacheFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A program of the folder {@code bench/native}, which the jar carries as a resource.
 *
 * @param name of its source file
 * @param source its bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record BundledProgram(String name, byte[] source) {
  /** {@return the program with a source file of some name} */
  static BundledProgram of(String name) throws IOException {
    try (InputStream source = BundledProgram.class.getResourceAsStream("native/" + name)) {
      if (source == null) {
        throw new IOException("no resource native/" + name + "; the jar of bench should carry it");
      }
      return new BundledProgram(name, source.readAllBytes());
    }
  }

  /**
   * {@return a file beside which nothing of another source has the same name, in the build folder
   * of a checkout, else in the cache folder}
   *
   * @param suffix of its name
   */
  Path file(String suffix) throws IOException {
    @Nullable String home = System.getProperty("halyard.home");
    Path folder =
        home != null && Files.exists(Path.of(home, "pom.xml"))
            ? Path.of(home, "target", "bench")
            : CacheFolder.path().resolve("bench");
    Files.createDirectories(folder);
    CRC32C digest = new CRC32C();
    digest.update(source);
    String stem = name.substring(0, name.lastIndexOf('.'));
    return folder.resolve(stem + "-" + Long.toHexString(digest.getValue()) + suffix);
  }

  /** What makes a file of another. */
  @FunctionalInterface
  interface Maker {
    /** Writes the file. */
    void make(Path file) throws IOException, SideException, InterruptedException;
  }

  /** Made aside and renamed, so that another process never runs half a program. */
  static void make(Path file, Maker maker) throws IOException, SideException, InterruptedException {
    if (Files.exists(file)) {
      return;
    }
    Path aside = Files.createTempFile(file.toAbsolutePath().getParent(), "making", ".part");
    try {
      maker.make(aside);
      Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(aside);
    }
  }
}
