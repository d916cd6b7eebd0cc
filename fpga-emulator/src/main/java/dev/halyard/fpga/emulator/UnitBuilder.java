package dev.halyard.fpga.emulator;

import dev.halyard.CompileException;
import dev.halyard.fpga.xrt.dense.DenseDesign;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Makes a library of the kernel {@code dense} by Verilator and g++, once: it is kept under the hash
 * of the sources, the flags and the versions of the tools. Processes that build at once wait for
 * each other.
 */
public final class UnitBuilder {
  private static final Duration PATIENCE = Duration.ofMinutes(20);
  static final Tool VERILATOR = new Tool("verilator", PATIENCE);
  static final Tool COMPILER = new Tool("g++", PATIENCE);
  private static final String LIBRARY = "libunit.so";
  private static final String WORK = "building";

  /** As long as the three runs of tools in a build may take at most. */
  private static final Duration ABANDONED = PATIENCE.multipliedBy(3);

  // What registers hold before they are written is random (unit.cpp), so that nothing depends on
  // it.
  private static final List<String> VERILATOR_FLAGS =
      List.of(
          "--cc",
          "-O3",
          "--x-assign",
          "unique",
          "--x-initial",
          "unique",
          "--prefix",
          "Vunit",
          "--top-module",
          DenseDesign.TOP,
          "--Mdir",
          "translated");

  // Generated code: its warnings are nobody's.
  private static final List<String> COMPILER_FLAGS =
      List.of("-std=c++17", "-O1", "-fPIC", "-shared", "-pthread", "-w");

  private final Path cache;
  private final UnitSources sources;
  private final Tool verilator;
  private final Tool compiler;

  /**
   * Makes a builder.
   *
   * @param cache the folder that libraries are kept in; made when first needed
   */
  public UnitBuilder(Path cache) {
    this(cache, UnitSources.ofDense(), VERILATOR, COMPILER);
  }

  UnitBuilder(Path cache, UnitSources sources, Tool verilator, Tool compiler) {
    this.cache = cache;
    this.sources = sources;
    this.verilator = verilator;
    this.compiler = compiler;
  }

  /** {@return why nothing can be built on this machine; empty where it can} */
  public Optional<String> missing() {
    return verilator.missing().or(compiler::missing);
  }

  /**
   * {@return the library, from the cache or new; some 20 s of CPU where it is new}
   *
   * @throws CompileException if a tool is missing or fails; the message has the end of its output
   */
  public Path build() {
    String key =
        Hashes.sha256(
            sources.hash(),
            String.join(" ", VERILATOR_FLAGS),
            String.join(" ", COMPILER_FLAGS),
            verilator.version(),
            compiler.version());
    Path folder = cache.resolve(DenseDesign.TOP + "-" + key);
    try {
      Files.createDirectories(cache);
      return locked(folder);
    } catch (IOException e) {
      throw new CompileException(
          "the compute unit can't be kept in " + cache + ": " + e + "; name another folder", e);
    }
  }

  private Path locked(Path folder) throws IOException {
    Path lock = folder.resolveSibling(folder.getFileName() + ".lock");
    // A lock of a file does not keep threads of one process apart.
    synchronized (UnitBuilder.class) {
      try (FileChannel channel =
              FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock held = channel.lock()) {
        assert held.isValid();
        KeptFile library = new KeptFile(folder.resolve(LIBRARY));
        if (!library.isWhole()) {
          buildInto(library);
        }
        return library.path();
      }
    }
  }

  private void buildInto(KeptFile library) throws IOException {
    sweep();
    Path work = Files.createTempDirectory(cache, WORK);
    try {
      sources.writeTo(work);
      verilator.run(work, concat(VERILATOR_FLAGS, sources.verilog()));
      compiler.run(work, concat(COMPILER_FLAGS, compilerArguments(work)));
      library.put(work.resolve(LIBRARY));
    } finally {
      delete(work);
    }
  }

  /** Deletes what builds that were killed have left. */
  private void sweep() {
    Instant oldest = Instant.now().minus(ABANDONED);
    try (DirectoryStream<Path> found = Files.newDirectoryStream(cache, WORK + "*")) {
      for (Path work : found) {
        if (Files.getLastModifiedTime(work).toInstant().isBefore(oldest)) {
          delete(work);
        }
      }
    } catch (IOException | UncheckedIOException | DirectoryIteratorException e) {
      // Somebody else is sweeping; what is left is there for the next build.
    }
  }

  private List<String> compilerArguments(Path work) throws IOException {
    Path include =
        Path.of(verilator.run(work, List.of("--getenv", "VERILATOR_ROOT")).strip())
            .resolve("include");
    List<String> arguments = new ArrayList<>(List.of("-I.", "-Itranslated", "-I" + include));
    arguments.add("unit.cpp");
    arguments.add(include.resolve("verilated.cpp").toString());
    arguments.add(include.resolve("verilated_threads.cpp").toString());
    try (Stream<Path> translated = Files.list(work.resolve("translated"))) {
      translated
          .map(file -> "translated/" + file.getFileName())
          .filter(name -> name.endsWith(".cpp"))
          .sorted()
          .forEach(arguments::add);
    }
    arguments.addAll(List.of("-o", LIBRARY));
    return arguments;
  }

  private static List<String> concat(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
