package dev.halyard.opencl;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.jocl.CL;
import org.jocl.LibUtils;

/**
 * JOCL's native library, which JOCL itself writes to one name in the folder for temporary files,
 * not atomically: of many processes that start together some load half a file. It takes a file that
 * is already there; so one is put there for it.
 */
final class JoclLibrary {
  private static final String NAME = "JOCL_2_0_6";
  private static final String TEMPORARY = "java.io.tmpdir";
  private static final Path MAPS = Path.of("/proc/self/maps");

  private JoclLibrary() {}

  /** Loads it; throws a LinkageError where it, or OpenCL itself, is not there. */
  static void load(UserFolder user) throws IOException {
    String name = LibUtils.createLibraryFileName(LibUtils.createPlatformLibraryName(NAME));
    byte[] content = content(name);
    Path folder = user.holding(name, content);
    if (isTaken(folder.resolve(name))) {
      folder = UserFolder.unshared(Map.of(name, content));
    }
    initialize(folder);
  }

  private static byte[] content(String name) throws IOException {
    try (InputStream in = CL.class.getResourceAsStream("/lib/" + name)) {
      if (in == null) {
        throw new UnsatisfiedLinkError("JOCL has no native library for this system, " + name);
      }
      return in.readAllBytes();
    }
  }

  /**
   * {@return whether this process has loaded the file, for another class loader, and it can serve
   * no other}
   *
   * <p>To try it is no way to tell: when it is loaded, the library initialises JOCL's classes.
   */
  private static boolean isTaken(Path file) throws IOException {
    if (!Files.isReadable(MAPS)) {
      return false;
    }
    try (Stream<String> lines = Files.lines(MAPS)) {
      String path = file.toRealPath().toString();
      return lines.anyMatch(line -> line.endsWith(path));
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  private static void initialize(Path folder) {
    String before = System.getProperty(TEMPORARY);
    System.setProperty(TEMPORARY, folder.toString());
    try {
      Class.forName(CL.class.getName(), true, CL.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new NoClassDefFoundError(e.getMessage());
    } finally {
      if (before == null) {
        System.clearProperty(TEMPORARY);
      } else {
        System.setProperty(TEMPORARY, before);
      }
    }
  }
}
