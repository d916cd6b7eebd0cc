package dev.halyard.cli;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
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
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
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

  /** Jars of the demo, its model and the peers of benchmarks, by the start of their names. */
  private static final List<String> LEFT_OUT =
      List.of("langchain4j-embeddings", "tokenizers-", "api-0.", "onnxruntime-", "openblas-");

  private static final List<String> BENCHMARKS =
      List.of("jmh-core", "commons-math3", "jopt-simple");

  /** Where the OpenCL loader lies on Linux; a machine with a GPU's driver may lack it. */
  private static final List<Path> LOADERS =
      List.of(
          Path.of("/usr/lib/x86_64-linux-gnu/libOpenCL.so.1"),
          Path.of("/usr/lib64/libOpenCL.so.1"),
          Path.of("/usr/lib/libOpenCL.so.1"));

  private static final String LANE = "gpu-lane.sh";

  private static final int EXECUTABLE = 0755;
  private static final int READABLE = 0644;

  private static final String LAUNCHER =
      """
      #!/bin/sh
      # Runs Halyard on the runtime beside this script. StatusLogger: a bare system cannot resolve its
      # own name, of which log4j-core would tell at length.
      here=$(cd "$(dirname "$0")" && pwd)
      if [ -d "$here/native" ] && ! { ldconfig -p || /sbin/ldconfig -p; } 2>/dev/null | grep -q libOpenCL.so.1; then
        export LD_LIBRARY_PATH="$here/native${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
      fi
      exec "$here/runtime/bin/java" --add-modules jdk.incubator.vector \\
        --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \\
        -XX:+UseSerialGC -Dhalyard.home="$here" -Dhalyard.bundle=true \\
        -Dlog4j2.StatusLogger.level=FATAL ${HALYARD_JAVA_OPTS:-} \\
        -cp "$here/lib/*" dev.halyard.cli.Main "$@"
      """;

  private Bundle() {}

  /**
   * Writes the archive.
   *
   * @param file where to
   * @param bench whether to add the benchmarks and what runs them
   * @param progress told of each step
   * @return its size in bytes
   * @throws IOException if it cannot be written, or the JDK has no jlink
   * @throws InterruptedException if interrupted
   */
  static long write(Path file, boolean bench, Consumer<String> progress)
      throws IOException, InterruptedException {
    Path work = Files.createTempDirectory("halyard-bundle");
    try {
      progress.accept("linking a Java runtime");
      link(work.resolve("runtime"), work.resolve("jlink.log"));
      progress.accept("packing");
      Path part = file.resolveSibling(file.getFileName() + ".part");
      pack(work.resolve("runtime"), bench, part);
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

  private static List<Path> classPath(boolean bench) {
    List<Path> entries = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      String name = path.getFileName().toString();
      boolean left =
          LEFT_OUT.stream().anyMatch(name::startsWith)
              || (!bench && BENCHMARKS.stream().anyMatch(name::startsWith));
      if (!left && Files.exists(path)) {
        entries.add(path);
      }
    }
    entries.sort(Comparator.comparing(path -> path.getFileName().toString()));
    return entries;
  }

  /** In a fixed order and without times, so that equal content gives equal bytes. */
  private static void pack(Path runtime, boolean bench, Path file) throws IOException {
    String root = "halyard-" + Version.text() + "/";
    GzipParameters parameters = new GzipParameters();
    parameters.setCompressionLevel(9);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
        OutputStream zip = new GzipCompressorOutputStream(out, parameters);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(zip)) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      add(tar, root + "halyard", LAUNCHER.getBytes(StandardCharsets.UTF_8), EXECUTABLE);
      String readme = readme(bench);
      add(tar, root + "README.txt", readme.getBytes(StandardCharsets.UTF_8), READABLE);
      if (bench) {
        addLane(tar, root);
      }
      int folders = 0;
      for (Path entry : classPath(bench)) {
        boolean folder = Files.isDirectory(entry);
        String name = folder ? "classes-" + folders++ + ".jar" : entry.getFileName().toString();
        byte[] content = folder ? jar(entry) : Files.readAllBytes(entry);
        add(tar, root + "lib/" + name, content, READABLE);
      }
      for (Path path : files(runtime)) {
        String name = root + "runtime/" + runtime.relativize(path).toString().replace('\\', '/');
        int mode = Files.isExecutable(path) ? EXECUTABLE : READABLE;
        add(tar, name, Files.readAllBytes(path), mode);
      }
    }
  }

  private static String readme(boolean bench) {
    String without =
        """
        Halyard with a Java runtime: needs neither Java nor a network.

          ./halyard devices                        what was found, and why the rest was not
          ./halyard tck --device ID --plugin DIR   the conformance kit, on the plugin's jars in DIR
          ./halyard tck pack tck-report -o r.zip   a report in one file, to be checked elsewhere
          ./halyard --help
        """;
    return bench
        ? without
            + """
              ./halyard bench CASE --device ID         times beside those of peers
              ./gpu-lane.sh --device ID                the kit and the benchmarks, into one folder

            Left out, for size: what `demo` and `models` need, and the peers ONNX Runtime and OpenBLAS.
            native/libOpenCL.so.1 is the OpenCL loader of the machine that packed this (ocl-icd: BSD
            2-clause), used where there is none.
            """
        : without
            + """

            Left out, for size: what `demo`, `models` and `bench` need.
            """;
  }

  private static void addLane(TarArchiveOutputStream tar, String root) throws IOException {
    try (InputStream lane = Bundle.class.getResourceAsStream(LANE)) {
      if (lane == null) {
        throw new IOException("no resource " + LANE + "; the jar of cli should carry it");
      }
      add(tar, root + LANE, lane.readAllBytes(), EXECUTABLE);
    }
    for (Path loader : LOADERS) {
      if (Files.isReadable(loader)) {
        add(tar, root + "native/libOpenCL.so.1", Files.readAllBytes(loader), READABLE);
        return;
      }
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** Where classes lie in a folder, as in a build under way. */
  private static byte[] jar(Path folder) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream jar = new ZipOutputStream(bytes)) {
      for (Path path : files(folder)) {
        ZipEntry entry = new ZipEntry(folder.relativize(path).toString().replace('\\', '/'));
        entry.setTime(0);
        jar.putNextEntry(entry);
        Files.copy(path, jar);
        jar.closeEntry();
      }
    }
    return bytes.toByteArray();
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
