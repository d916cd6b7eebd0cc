package dev.halyard.bench.side;

import dev.halyard.examples.CacheFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** The library that bytedeco's artefact carries as a resource. */
final class OpenBlasLibrary {
  private static final String FOLDER = "org/bytedeco/openblas/linux-x86_64/";
  private static final String LIBRARY = "libopenblas.so.0";

  /** The library looks for the others beside itself. */
  private static final List<String> FILES =
      List.of("libgcc_s.so.1", "libquadmath.so.0", "libgfortran.so.5", LIBRARY);

  private OpenBlasLibrary() {}

  /**
   * {@return the library as a file in the cache folder}
   *
   * @throws SideAbsentException if the artefact is not there
   */
  static Path extracted() {
    try {
      // Sizes name the folder: another version of the artefact must not meet this one's files.
      Path folder =
          Files.createDirectories(
              CacheFolder.path().resolve("bench").resolve("openblas-" + size()));
      for (String file : FILES) {
        extract(file, folder.resolve(file));
      }
      return folder.resolve(LIBRARY);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long size() throws IOException {
    try (InputStream library = resource(LIBRARY)) {
      return library.available();
    }
  }

  /** Writes aside and renames, so that another process never sees half a library. */
  private static void extract(String name, Path file) throws IOException {
    if (Files.exists(file)) {
      return;
    }
    Path aside = Files.createTempFile(file.toAbsolutePath().getParent(), name, ".part");
    try (InputStream content = resource(name)) {
      Files.copy(content, aside, StandardCopyOption.REPLACE_EXISTING);
      Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(aside);
    }
  }

  private static InputStream resource(String name) {
    InputStream resource = ClassLoader.getSystemResourceAsStream(FOLDER + name);
    if (resource == null) {
      throw new SideAbsentException(
          "the artefact org.bytedeco:openblas (linux-x86_64) is not on the class path");
    }
    return resource;
  }
}
