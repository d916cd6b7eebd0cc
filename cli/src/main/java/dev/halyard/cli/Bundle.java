package dev.halyard.cli;

import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;

/** Makes a self-contained archive: a jlinked runtime, the jars, a launcher. */
final class Bundle {
  /** What the jars use; seen by the bundle's test, which runs them. */
  private static final String MODULES =
      String.join(
          ",",
          "java.base",
          "java.desktop", // java.beans, which log4j-core uses
          "java.logging",
          "java.management",
          "java.naming",
          "java.sql",
          "java.xml",
          "jdk.incubator.vector",
          "jdk.jfr",
          "jdk.management",
          "jdk.unsupported",
          "jdk.zipfs");

  /** Jars that only the demo, its model and the benchmarks need, by the start of their names. */
  private static final List<String> LEFT_OUT =
      List.of(
          "langchain4j-embeddings",
          "tokenizers-",
          "api-0.",
          "jmh-core",
          "commons-math3",
          "jopt-simple");

  private static final int EXECUTABLE = 0755;
  private static final int READABLE = 0644;

  private static final String LAUNCHER =
      """
      #!/bin/sh
      # Runs Halyard on the runtime beside this script. StatusLogger: a bare system cannot resolve its
      # own name, of which log4j-core would tell at length.
      here=$(cd "$(dirname "$0")" && pwd)
      exec "$here/runtime/bin/java" --add-modules jdk.incubator.vector \\
        --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \\
        -XX:+UseSerialGC -Dhalyard.home="$here" -Dhalyard.bundle=true \\
        -Dlog4j2.StatusLogger.level=FATAL ${HALYARD_JAVA_OPTS:-} \\
        -cp "$here/lib/*" dev.halyard.cli.Main "$@"
      """;

  private static final String README =
      """
      Halyard with a Java runtime: needs neither Java nor a network.

        ./halyard devices                        what was found, and why the rest was not
        ./halyard tck --device ID --plugin DIR   the conformance kit, on the plugin's jars in DIR
        ./halyard tck pack tck-report -o r.zip   a report in one file, to be checked elsewhere
        ./halyard --help

      Left out, for size: what `demo`, `models` and `bench` need.
      """;

  private Bundle() {}

  /**
   * Writes the archive.
   *
   * @param file where to
   * @param progress told of each step
   * @return its size in bytes
   * @throws IOException if it cannot be written, or the JDK has no jlink
   * @throws InterruptedException if interrupted
   */
  static long write(Path file, Consumer<String> progress) throws IOException, InterruptedException {
    Path work = Files.createTempDirectory("halyard-bundle");
    try {
      progress.accept("linking a Java runtime");
      link(work.resolve("runtime"), work.resolve("jlink.log"));
      progress.accept("packing");
      Path part = file.resolveSibling(file.getFileName() + ".part");
      pack(work.resolve("runtime"), part);
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
      return Files.size(file);
    } finally {
      delete(work);
    }
  }

  private static void link(Path runtime, Path log) throws IOException, InterruptedException {
    Path jlink = Path.of(System.getProperty("java.home"), "bin", "jlink");
    if (!Files.isExecutable(jlink)) {
      throw new IOException(
          "bundle wants the jlink of a JDK, and " + jlink + " is not there; run it on a whole JDK");
    }
    Process process =
        new ProcessBuilder(
                jlink.toString(),
                "--add-modules",
                MODULES,
                "--strip-debug",
                "--no-header-files",
                "--no-man-pages",
                "--compress",
                "zip-9",
                "--output",
                runtime.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (process.waitFor() != 0) {
      throw new IOException("jlink failed:\n" + Files.readString(log));
    }
  }

  private static List<Path> jars() {
    List<Path> jars = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path jar = Path.of(entry);
      String name = jar.getFileName().toString();
      if (name.endsWith(".jar") && LEFT_OUT.stream().noneMatch(name::startsWith)) {
        jars.add(jar);
      }
    }
    jars.sort(Comparator.comparing(jar -> jar.getFileName().toString()));
    return jars;
  }

  /** In a fixed order and without times, so that equal content gives equal bytes. */
  private static void pack(Path runtime, Path file) throws IOException {
    String root = "halyard-" + Version.text() + "/";
    GzipParameters parameters = new GzipParameters();
    parameters.setCompressionLevel(9);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
        OutputStream zip = new GzipCompressorOutputStream(out, parameters);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(zip)) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      add(tar, root + "halyard", LAUNCHER.getBytes(StandardCharsets.UTF_8), EXECUTABLE);
      add(tar, root + "README.txt", README.getBytes(StandardCharsets.UTF_8), READABLE);
      for (Path jar : jars()) {
        add(tar, root + "lib/" + jar.getFileName(), Files.readAllBytes(jar), READABLE);
      }
      List<Path> files;
      try (Stream<Path> all = Files.walk(runtime)) {
        files = all.filter(Files::isRegularFile).sorted().toList();
      }
      for (Path path : files) {
        String name = root + "runtime/" + runtime.relativize(path).toString().replace('\\', '/');
        int mode = Files.isExecutable(path) ? EXECUTABLE : READABLE;
        add(tar, name, Files.readAllBytes(path), mode);
      }
    }
  }

  private static void add(TarArchiveOutputStream tar, String name, byte[] content, int mode)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(content.length);
    entry.setMode(mode);
    entry.setModTime(0);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
