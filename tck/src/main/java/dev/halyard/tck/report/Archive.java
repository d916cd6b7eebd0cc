package dev.halyard.tck.report;

import dev.halyard.tck.check.Area;
import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Rules;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.check.Trial;
import dev.halyard.tck.check.Verdict;
import dev.halyard.tck.run.ResultLog;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import tools.jackson.jr.ob.JSON;

/**
 * A report in one file, with the SHA-256 of everything in it. Whoever has it can check, with no
 * network and no hardware, that nothing was changed, and that the verdict follows from the results.
 * The hashes don't say who made it: sign the file, or publish its own hash.
 */
public final class Archive {
  private static final String MANIFEST = "MANIFEST.json";
  private static final String RESULTS = "results.jsonl";
  private static final String SUMMARY = "summary.json";
  private static final long MAX_BYTES = 1L << 30;

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
    for (String needed : List.of(RESULTS, SUMMARY, "environment.json")) {
      if (!Files.exists(report.resolve(needed))) {
        throw new IOException(
            report + " has no " + needed + "; pack the --report folder of a run that has ended");
      }
    }
    Map<String, Object> hashes = new TreeMap<>();
    List<Path> files;
    try (Stream<Path> all = Files.walk(report)) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    Path written = file.resolveSibling(file.getFileName() + ".part");
    try (OutputStream out = Files.newOutputStream(written);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Path path : files) {
        byte[] content = Files.readAllBytes(path);
        String name = report.relativize(path).toString().replace('\\', '/');
        hashes.put(name, sha256(content));
        add(zip, name, content);
      }
      Map<String, Object> manifest = new LinkedHashMap<>();
      manifest.put("kit", Trial.VERSION);
      manifest.put("summary", JSON.std.mapFrom(Files.readString(report.resolve(SUMMARY))));
      manifest.put("sha256", hashes);
      add(zip, MANIFEST, JSON.std.asBytes(manifest));
    }
    Files.move(written, file, StandardCopyOption.REPLACE_EXISTING);
    return sha256(Files.readAllBytes(file));
  }

  private static void add(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * Checks an archive.
   *
   * @param file what {@link #pack} wrote
   * @return what is wrong with it, a line each; empty if nothing
   * @throws IOException if the file cannot be read
   */
  public static List<String> verify(Path file) throws IOException {
    List<String> problems = new ArrayList<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      Map<String, byte[]> content = content(zip, problems);
      byte[] manifest = content.remove(MANIFEST);
      if (manifest == null) {
        problems.add("there is no " + MANIFEST + ": this is no archive of tck pack");
      } else {
        verify(JSON.std.mapFrom(manifest), content, problems);
      }
    } catch (ZipException e) {
      problems.add("the file is no readable zip: " + e.getMessage());
    } catch (tools.jackson.core.JacksonException | ClassCastException | NullPointerException e) {
      problems.add("the archive's JSON is damaged: " + e.getMessage());
    }
    return problems;
  }

  private static Map<String, byte[]> content(ZipFile zip, List<String> problems)
      throws IOException {
    Map<String, byte[]> content = new TreeMap<>();
    long total = 0;
    for (ZipEntry entry : zip.stream().toList()) {
      total += Math.max(0, entry.getSize());
      if (total > MAX_BYTES) {
        problems.add("the content is larger than " + (MAX_BYTES >> 20) + " MiB");
        return content;
      }
      boolean escapes = entry.getName().startsWith("/") || entry.getName().contains("..");
      if (escapes || content.containsKey(entry.getName())) {
        problems.add("the entry '" + entry.getName() + "' has no place in an archive");
      } else {
        try (var in = zip.getInputStream(entry)) {
          content.put(entry.getName(), in.readAllBytes());
        }
      }
    }
    return content;
  }

  private static void verify(
      Map<String, Object> manifest, Map<String, byte[]> content, List<String> problems)
      throws IOException {
    if (!Trial.VERSION.equals(manifest.get("kit"))) {
      problems.add(
          "it was made by kit "
              + manifest.get("kit")
              + ", this is kit "
              + Trial.VERSION
              + ": verify it with that one");
    }
    Map<?, ?> hashes = (Map<?, ?>) Objects.requireNonNull(manifest.get("sha256"));
    Set<String> names = new TreeSet<>(content.keySet());
    hashes.keySet().forEach(name -> names.add(String.valueOf(name)));
    for (String name : names) {
      byte[] bytes = content.get(name);
      if (bytes == null) {
        problems.add(name + " is missing");
      } else if (!hashes.containsKey(name)) {
        problems.add(name + " is not in the manifest");
      } else if (!sha256(bytes).equals(hashes.get(name))) {
        problems.add(name + " was changed: its SHA-256 is another");
      }
    }
    byte[] results = content.get(RESULTS);
    byte[] summary = content.get(SUMMARY);
    if (results != null && summary != null) {
      verifyVerdict(JSON.std.mapFrom(summary), results(results), problems);
    }
  }

  private static List<Result> results(byte[] lines) throws IOException {
    Path file = Files.createTempFile("halyard-tck", ".jsonl");
    try {
      Files.write(file, lines);
      return ResultLog.results(file);
    } finally {
      Files.delete(file);
    }
  }

  /** What the summary says must follow from the results, and their seeds from the run's. */
  private static void verifyVerdict(
      Map<String, Object> summary, List<Result> results, List<String> problems) {
    Settings settings =
        new Settings(
            String.valueOf(summary.get("device")),
            null,
            null,
            Settings.Profile.valueOf(String.valueOf(summary.get("profile"))),
            false,
            ((Number) Objects.requireNonNull(summary.get("seed"))).longValue(),
            null,
            List.of());
    Map<String, Object> derived = Summary.of(settings, results).toMap();
    for (String member : List.of("verdict", "passed", "failed", "inconclusive", "skipped")) {
      if (!String.valueOf(derived.get(member)).equals(String.valueOf(summary.get(member)))) {
        problems.add(
            "the summary says "
                + member
                + " "
                + summary.get(member)
                + ", the results say "
                + derived.get(member));
      }
    }
    Set<String> ids = new TreeSet<>();
    Set<Area> areas = new TreeSet<>();
    for (Result result : results) {
      areas.add(Rules.of(result.rule()).area());
      if (!ids.add(result.id())) {
        problems.add("the check '" + result.id() + "' is there twice");
      }
      boolean ran = result.verdict() != Verdict.CRASH && result.verdict() != Verdict.TIMEOUT;
      if (ran && result.seed() != Trial.seed(settings.seed(), result.id())) {
        problems.add("the seed of '" + result.id() + "' does not follow from the run's");
      }
      if (settings.isFull() && !result.required()) {
        problems.add("'" + result.id() + "' counts as not required, in a full run");
      }
    }
    for (Area area : Area.values()) {
      if (!areas.contains(area)) {
        problems.add("the area " + area + " was not run; such a run certifies nothing");
      }
    }
  }
}
