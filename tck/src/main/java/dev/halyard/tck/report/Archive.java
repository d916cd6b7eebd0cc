package dev.halyard.tck.report;

import dev.halyard.tck.check.Exclusions;
import dev.halyard.tck.check.Trial;
import dev.halyard.tck.run.Kit;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import tools.jackson.jr.ob.JSON;

/**
 * A report in one file, with the SHA-256 of everything in it. Whoever has it can check, with no
 * network and no hardware, that nothing was changed, and that the verdict follows from the results.
 * The hashes don't say who made it: sign the file, or publish its own hash.
 */
public final class Archive {
  static final String MANIFEST = "MANIFEST.json";

  /** What an archive is nothing without. */
  static final List<String> NEEDED =
      List.of(Kit.RESULTS, Kit.PLAN, Reports.SUMMARY, Reports.ENVIRONMENT);

  private Archive() {}

  /**
   * Packs a report.
   *
   * @param report the folder of a run that has ended
   * @param file where to
   * @return the SHA-256 of the file, to publish beside it
   * @throws IOException if the folder is no report, or the file cannot be written
   */
  public static String pack(Path report, Path file) throws IOException {
    for (String needed : NEEDED) {
      if (!Files.exists(report.resolve(needed))) {
        throw new IOException(
            report + " has no " + needed + "; pack the --report folder of a run that has ended");
      }
    }
    List<Path> files;
    try (Stream<Path> all = Files.walk(report)) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    Path written = file.resolveSibling(file.getFileName() + ".part");
    try (OutputStream out = Files.newOutputStream(written);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      write(zip, report, files);
    }
    Files.move(written, file, StandardCopyOption.REPLACE_EXISTING);
    return Hashes.of(file);
  }

  private static void write(ZipOutputStream zip, Path report, List<Path> files) throws IOException {
    Map<String, Object> hashes = new TreeMap<>();
    for (Path path : files) {
      String name = report.relativize(path).toString().replace('\\', '/');
      begin(zip, name);
      hashes.put(name, Hashes.copy(path, zip));
      zip.closeEntry();
    }
    Map<String, Object> manifest = new LinkedHashMap<>();
    manifest.put("kit", Trial.VERSION);
    manifest.put("sha256", hashes);
    begin(zip, MANIFEST);
    zip.write(JSON.std.asBytes(manifest));
    zip.closeEntry();
  }

  private static void begin(ZipOutputStream zip, String name) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTime(0);
    zip.putNextEntry(entry);
  }

  /**
   * Checks an archive.
   *
   * @param file what {@link #pack} wrote
   * @return what is wrong with it, and what it says
   * @throws IOException if the file cannot be read
   */
  public static Verification verify(Path file) throws IOException {
    return new Verifier(Exclusions.all()).verify(ArchiveContent.read(file));
  }
}
