package dev.halyard.tck.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.check.Trial;
import dev.halyard.tck.check.Verdict;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.jr.ob.JSON;

class ArchiveTests {
  private static final Settings SETTINGS = Settings.quick("cpu:0");

  @TempDir Path folder;
  private Path report;
  private Path packed;

  private static Result passed(String id) {
    return new Result(
        id,
        id.substring(0, 5),
        "",
        "",
        true,
        Verdict.PASS,
        "",
        Trial.seed(SETTINGS.seed(), id),
        1,
        Map.of());
  }

  @BeforeEach
  void pack() throws IOException {
    report = Files.createDirectories(folder.resolve("report"));
    packed = folder.resolve("report.zip");
    List<Result> results = new ArrayList<>();
    List.of("S-001 info", "N-301 a", "R-101 b", "L-001 c").forEach(id -> results.add(passed(id)));
    StringBuilder lines = new StringBuilder();
    for (Result result : results) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("id", result.id());
      line.put("rule", result.rule());
      line.put("required", true);
      line.put("verdict", "PASS");
      line.put("seed", result.seed());
      lines.append(JSON.std.asString(line)).append('\n');
    }
    Files.writeString(report.resolve("results.jsonl"), lines);
    Reports.write(report, SETTINGS, Map.of("device", "cpu:0"), results);
    Archive.pack(report, packed);
  }

  /** Writes the archive again with its entries changed. */
  private Path changed(Consumer<Map<String, byte[]>> change) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(packed.toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
      }
    }
    change.accept(entries);
    Path file = folder.resolve("changed.zip");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return file;
  }

  private static void requireProblem(String part, Path file) throws IOException {
    List<String> problems = Archive.verify(file);
    assertTrue(problems.stream().anyMatch(problem -> problem.contains(part)), problems.toString());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void whatWasPackedIsValid() throws IOException {
    assertEquals(List.of(), Archive.verify(packed));
  }

  @Test
  void packingTwiceGivesTheSameFile() throws IOException {
    assertEquals(Archive.pack(report, packed), Archive.pack(report, folder.resolve("again.zip")));
  }

  @Test
  void aChangedByteIsFound() throws IOException {
    requireProblem(
        "index.html was changed", changed(entries -> entries.get("index.html")[100] ^= 1));
  }

  @Test
  void aMissingFileIsFound() throws IOException {
    requireProblem(
        "environment.json is missing", changed(entries -> entries.remove("environment.json")));
  }

  @Test
  void anExtraFileIsFound() throws IOException {
    requireProblem(
        "extra.txt is not in the manifest",
        changed(entries -> entries.put("extra.txt", bytes("more"))));
  }

  @Test
  void aPathOutOfTheArchiveIsFound() throws IOException {
    requireProblem(
        "'../evil' has no place", changed(entries -> entries.put("../evil", bytes("x"))));
  }

  @Test
  void anEditedVerdictIsFoundThoughItsHashFits() throws IOException {
    Path summary = report.resolve("summary.json");
    Files.writeString(summary, Files.readString(summary).replace("\"PASS\"", "\"FAIL\""));
    Archive.pack(report, packed);

    requireProblem("the summary says verdict FAIL, the results say PASS", packed);
  }

  @Test
  void anotherSeedIsFoundThoughItsHashFits() throws IOException {
    Path results = report.resolve("results.jsonl");
    Files.writeString(
        results, Files.readString(results).replaceFirst("\"seed\":-?\\d+", "\"seed\":5"));
    Archive.pack(report, packed);

    requireProblem("the seed of 'S-001 info' does not follow", packed);
  }

  @Test
  void anAreaLeftOutIsFound() throws IOException {
    Path results = report.resolve("results.jsonl");
    List<String> lines = Files.readAllLines(results);
    Files.write(results, lines.subList(0, 3));
    Archive.pack(report, packed);

    requireProblem("the area latency was not run", packed);
  }

  @Test
  void aTruncatedFileIsFound() throws IOException {
    byte[] all = Files.readAllBytes(packed);
    Path file = folder.resolve("truncated.zip");
    Files.write(file, Arrays.copyOf(all, all.length / 2));

    requireProblem("no readable zip", file);
  }

  @Test
  void aFolderThatIsNoReportIsRefused() {
    IOException error =
        assertThrows(IOException.class, () -> Archive.pack(folder, folder.resolve("x.zip")));

    assertTrue(error.getMessage().contains("has no results.jsonl"), error.getMessage());
  }
}
