package dev.halyard.opencl;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder in which the OpenCL loader finds its drivers. Containers often have NVIDIA's driver
 * and no file there that names it; then a folder of our own names it beside all others.
 */
final class IcdFolder {
  /** Where the loader looks in place of its own folder. */
  static final String VARIABLE = "OCL_ICD_VENDORS";

  private static final Path SYSTEM = Path.of("/etc/OpenCL/vendors");
  private static final String NVIDIA = "libnvidia-opencl.so.1";
  private static final String SUFFIX = ".icd";

  private IcdFolder() {}

  /** {@return a folder that names NVIDIA's driver too; null where none is needed} */
  static @Nullable Path withNvidia(UserFolder user) {
    return complete(SYSTEM, user, isLoadable(NVIDIA));
  }

  /**
   * {@return a folder with all entries of the system's and one for NVIDIA; null if that is not
   * needed or cannot be}
   *
   * @param system the system's folder, which may be absent
   * @param user where to make one
   * @param nvidia whether NVIDIA's driver is there
   */
  static @Nullable Path complete(Path system, UserFolder user, boolean nvidia) {
    if (!nvidia) {
      return null;
    }
    try {
      SortedMap<String, byte[]> entries = entries(system);
      if (entries.values().stream()
          .anyMatch(entry -> new String(entry, UTF_8).contains("nvidia"))) {
        return null;
      }
      entries.put("nvidia" + SUFFIX, (NVIDIA + "\n").getBytes(UTF_8));
      return write(entries, user);
    } catch (IOException | UncheckedIOException | SecurityException e) {
      // The devices of the other drivers are found without it.
      return null;
    }
  }

  private static SortedMap<String, byte[]> entries(Path system) throws IOException {
    SortedMap<String, byte[]> entries = new TreeMap<>();
    if (!Files.isDirectory(system)) {
      return entries;
    }
    try (Stream<Path> files = Files.list(system)) {
      for (Path file : files.filter(f -> f.toString().endsWith(SUFFIX)).toList()) {
        entries.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    return entries;
  }

  private static Path write(SortedMap<String, byte[]> entries, UserFolder user) throws IOException {
    StringBuilder all = new StringBuilder();
    entries.forEach(
        (name, entry) -> all.append(name).append('\n').append(new String(entry, UTF_8)));
    return user.holding("icd-" + UserFolder.nameOf(all.toString().getBytes(UTF_8)), entries);
  }

  private static boolean isLoadable(String library) {
    try (Arena arena = Arena.ofConfined()) {
      SymbolLookup.libraryLookup(library, arena);
      return true;
    } catch (IllegalArgumentException absent) {
      return false;
    }
  }
}
