package dev.halyard.fpga.xrt;

import dev.halyard.PluginException;
import dev.halyard.fpga.xrt.binding.XrtSymbols;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The {@code libxrt_coreutil} of this process: which file it is, so that a report can name it.
 *
 * @param path the file, with links followed
 * @param soname the name it gives itself
 * @param version the version in its file name, such as {@code 2.13.0}; {@code unknown} without one
 * @param sha256 of the file, as hexadecimal digits
 */
record XrtLibrary(Path path, String soname, String version, String sha256) {
  private static final List<String> NAMES = List.of("libxrt_coreutil.so.2", "libxrt_coreutil.so");
  private static final String PROBE = "xrtDeviceOpen";
  private static final Path MAPS = Path.of("/proc/self/maps");
  private static final Pattern MAPPING =
      Pattern.compile("([0-9a-f]+)-([0-9a-f]+) \\S+ \\S+ \\S+ \\S+ +(/.*)");
  private static final Pattern VERSION = Pattern.compile(".*\\.so\\.([0-9]+\\.[0-9.]*[0-9])");

  private static final Object LOCK = new Object();
  private static Optional<XrtLibrary> loaded = Optional.empty();

  /**
   * What the search for the library has come to.
   *
   * @param library the library, if there is one
   * @param reason why there is none and what to do; empty if there is one
   */
  record Search(Optional<XrtLibrary> library, String reason) {
    /** {@return the library; without one, throws a PluginException with the reason} */
    XrtLibrary orElseThrow() {
      return library.orElseThrow(() -> new PluginException(reason));
    }
  }

  /**
   * {@return the library, after the first call that finds one has loaded it for the process}
   *
   * <p>It is the file configured, else that in the {@code lib} of {@code XILINX_XRT}, else what the
   * system's loader has under its usual name. Nothing is loaded in an environment in which XRT
   * would end the process.
   *
   * @param configured the path of a library, if the user names one
   * @param environment reads a variable of this process
   */
  static Search find(Optional<String> configured, Function<String, Optional<String>> environment) {
    synchronized (LOCK) {
      if (loaded.isPresent()) {
        return new Search(loaded, "");
      }
      try {
        XrtEnvironment.check(environment);
        loaded = Optional.of(load(candidates(configured, environment)));
        return new Search(loaded, "");
      } catch (PluginException | LinkageError e) {
        return new Search(Optional.empty(), String.valueOf(e.getMessage()));
      } catch (IOException | UncheckedIOException | InvalidPathException e) {
        return new Search(Optional.empty(), "the XRT library cannot be read: " + e);
      }
    }
  }

  /**
   * {@return the library of a folder, which is loaded for the process} Nothing of it is called, so
   * that the environment does not count.
   *
   * @param folder holds XRT's libraries
   */
  static Search in(Path folder) {
    synchronized (LOCK) {
      if (loaded.isEmpty()) {
        try {
          loaded = Optional.of(load(List.of(folder.resolve(NAMES.getFirst()).toString())));
        } catch (PluginException | LinkageError e) {
          return new Search(Optional.empty(), String.valueOf(e.getMessage()));
        } catch (IOException | UncheckedIOException e) {
          return new Search(Optional.empty(), "the XRT library cannot be read: " + e);
        }
      }
      return new Search(loaded, "");
    }
  }

  /** {@return one line for reports} */
  String describe() {
    return soname + " " + version + " (" + path + ", SHA-256 " + sha256 + ")";
  }

  private static List<String> candidates(
      Optional<String> configured, Function<String, Optional<String>> environment) {
    if (configured.isPresent()) {
      return List.of(Path.of(configured.get()).toAbsolutePath().toString());
    }
    List<String> candidates = new ArrayList<>();
    Path folder = Path.of(environment.apply(XrtEnvironment.FOLDER).orElseThrow(), "lib");
    for (String name : NAMES) {
      if (Files.exists(folder.resolve(name))) {
        candidates.add(folder.resolve(name).toAbsolutePath().toString());
      }
    }
    candidates.addAll(NAMES);
    return candidates;
  }

  private static XrtLibrary load(List<String> candidates) throws IOException {
    for (String candidate : candidates) {
      SymbolLookup symbols;
      try {
        symbols = SymbolLookup.libraryLookup(candidate, Arena.global());
      } catch (IllegalArgumentException absent) {
        continue;
      }
      long address =
          symbols
              .find(PROBE)
              .orElseThrow(
                  () -> new PluginException(candidate + " is no XRT library: it has no " + PROBE))
              .address();
      XrtLibrary library = of(fileAt(address));
      XrtSymbols.use(library.describe(), symbols);
      return library;
    }
    throw new PluginException(
        "no XRT library can be loaded, tried "
            + candidates
            + "; install XRT, such as the package libxrt1");
  }

  /** {@return the library in a file} */
  static XrtLibrary of(Path file) throws IOException {
    Path path = file.toRealPath();
    String name = String.valueOf(path.getFileName());
    byte[] content = Files.readAllBytes(path);
    Matcher version = VERSION.matcher(name);
    return new XrtLibrary(
        path,
        ElfFile.soname(content).orElse(name),
        version.matches() ? version.group(1) : "unknown",
        Sha256.of(content));
  }

  /** {@return the file that is mapped at an address of this process} */
  private static Path fileAt(long address) throws IOException {
    try (Stream<String> lines = Files.lines(MAPS)) {
      return lines
          .map(MAPPING::matcher)
          .filter(Matcher::matches)
          .filter(line -> Long.parseUnsignedLong(line.group(1), 16) <= address)
          .filter(line -> Long.parseUnsignedLong(line.group(2), 16) > address)
          .map(line -> Path.of(line.group(3)))
          .findFirst()
          .orElseThrow(() -> new IOException("no file is mapped where " + PROBE + " is"));
    }
  }
}
