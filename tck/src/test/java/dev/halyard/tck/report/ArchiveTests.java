package dev.halyard.tck.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.tck.TckCommand;
import dev.halyard.tck.check.Area;
import dev.halyard.tck.check.Exclusion;
import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Rule;
import dev.halyard.tck.check.Rules;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.check.Trial;
import dev.halyard.tck.check.Verdict;
import dev.halyard.tck.run.Kit;
import dev.halyard.tck.run.Plan;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.jr.ob.JSON;

class ArchiveTests {
  private static final Settings SETTINGS = settings(Settings.Profile.FULL, List.of());

  @TempDir Path folder;
  private Path report;
  private Path packed;

  private static Settings settings(Settings.Profile profile, List<String> rules) {
    return new Settings("cpu:0", null, null, profile, false, 7, null, rules, false);
  }

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

  /** A check of each rule. */
  private static Plan whole() {
    Map<Area, List<String>> checks = new EnumMap<>(Area.class);
    for (Rule rule : Rules.all()) {
      checks.computeIfAbsent(rule.area(), area -> new ArrayList<>()).add(rule.id() + " check");
    }
    return Plan.of(checks);
  }

  @BeforeEach
  void pack() throws IOException {
    report = folder.resolve("report");
    packed = folder.resolve("report.zip");
    pack(SETTINGS, whole());
  }

  private void pack(Settings settings, Plan plan) throws IOException {
    List<Result> results = plan.ids().stream().map(ArchiveTests::passed).toList();
    Kit.record(report, results);
    Files.writeString(report.resolve("plan.json"), JSON.std.asString(plan.toMap()));
    Map<String, Object> environment =
        Map.of(
            "device", "cpu:0",
            "plugin", "cpu 1 by Halyard",
            "profile", settings.profile().name(),
            "seed", settings.seed(),
            "tight", settings.tight(),
            "isolated", settings.isolate());
    Reports.write(report, settings, environment, plan, results);
    Archive.pack(report, packed);
  }

  /** Changes a file of the report and packs it, so that its hash fits. */
  private void edit(String name, UnaryOperator<String> change) throws IOException {
    Path file = report.resolve(name);
    Files.writeString(file, change.apply(Files.readString(file)));
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
    List<String> problems = Archive.verify(file).problems();
    assertTrue(problems.stream().anyMatch(problem -> problem.contains(part)), problems.toString());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private String verify(int code) {
    StringWriter out = new StringWriter();
    int found =
        new CommandLine(new TckCommand())
            .setOut(new PrintWriter(out))
            .execute("verify", packed.toString());
    assertEquals(code, found, out::toString);
    return out.toString();
  }

  @Test
  void whatWasPackedIsValid() throws IOException {
    assertEquals(List.of(), Archive.verify(packed).problems());
  }

  @Test
  void aFullRunOfEverythingCertifiesAndVerifySaysOfWhat() {
    String out = verify(0);

    for (String line :
        List.of(
            "device       cpu:0",
            "plugin       cpu 1 by Halyard",
            "profile      FULL",
            "verdict      PASS (" + Rules.all().size() + " passed",
            "seed         7")) {
      assertTrue(out.contains(line), out);
    }
    assertTrue(out.endsWith("\ncertifies\n"), out);
  }

  @Test
  void aFewRulesDoNotCertify() throws IOException {
    Plan few = new Plan(Map.of(Area.CONTRACT, List.of("S-001 check")), List.of());
    pack(settings(Settings.Profile.FULL, List.of("S-001")), few);

    assertTrue(verify(3).contains("does not certify, because only the rules S-001 were looked at"));
  }

  @Test
  void oneAreaDoesNotCertify() throws IOException {
    pack(SETTINGS, whole().within(Set.of(Area.CONTRACT, Area.NUMERICAL, Area.LATENCY)));

    assertTrue(verify(3).contains("does not certify, because the area robustness was not run"));
  }

  @Test
  void aQuickRunDoesNotCertify() throws IOException {
    pack(settings(Settings.Profile.QUICK, List.of()), whole());

    assertTrue(verify(3).contains("does not certify, because a quick run never does"));
  }

  @Test
  void whatIsNotValidDoesNotCertify() throws IOException {
    edit("summary.json", text -> text.replace("\"PASS\"", "\"FAIL\""));

    String out = verify(1);
    assertTrue(out.contains("NOT VALID, 1 problems; does not certify"), out);
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
    edit("summary.json", text -> text.replace("\"PASS\"", "\"FAIL\""));

    requireProblem("the summary says verdict FAIL, the results say PASS", packed);
  }

  @Test
  void anEditedCertificationIsFound() throws IOException {
    pack(settings(Settings.Profile.QUICK, List.of()), whole());
    edit("summary.json", text -> text.replaceFirst("(\"certifies\" *: *)false", "$1true"));

    requireProblem("the summary says certifies true, the results say false", packed);
  }

  @Test
  void anotherSeedIsFoundThoughItsHashFits() throws IOException {
    edit("results.jsonl", text -> text.replaceFirst("\"seed\":-?\\d+", "\"seed\":5"));

    requireProblem("the seed of 'S-001 check' does not follow", packed);
  }

  @Test
  void aPlannedCheckWithoutAResultIsFound() throws IOException {
    edit("results.jsonl", text -> text.lines().skip(1).collect(Collectors.joining("\n", "", "\n")));

    requireProblem("the planned check 'S-001 check' has no result", packed);
    requireProblem("no check of rule S-001 has a result", packed);
  }

  @Test
  void aRuleThatThePlanLeavesOutIsFound() throws IOException {
    Map<Area, List<String>> checks = new EnumMap<>(whole().checks());
    checks.put(Area.CONTRACT, List.of("S-001 check"));
    pack(SETTINGS, Plan.of(checks));

    requireProblem("no check of rule S-002 has a result", packed);
  }

  @Test
  void aCheckThatNobodyPlannedIsFound() throws IOException {
    edit("plan.json", text -> text.replace("\"S-001 check\"", "\"S-001 other\""));

    requireProblem("'S-001 check' was not planned", packed);
  }

  @Test
  void anExcludedCheckOwesNoResult() throws IOException {
    List<Exclusion> excluded = List.of(new Exclusion("S-001 check", "why", "#1"));
    Map<Area, List<String>> checks = new EnumMap<>(Area.class);
    whole()
        .checks()
        .forEach(
            (area, ids) ->
                checks.put(area, ids.stream().filter(id -> !id.equals("S-001 check")).toList()));
    pack(SETTINGS, new Plan(checks, excluded));

    ArchiveContent content = ArchiveContent.read(packed);
    assertEquals(List.of(), new Verifier(excluded).verify(content).problems());
    requireProblem("not those that this kit excludes", packed);
    requireProblem("no check of rule S-001 has a result", packed);
  }

  @Test
  void anEnvironmentOfAnotherRunIsFound() throws IOException {
    edit("environment.json", text -> text.replace("cpu:0", "gpu:0").replaceFirst(": *7", ": 8"));

    requireProblem("device cpu:0, the environment says gpu:0", packed);
    requireProblem("seed 7, the environment says 8", packed);
  }

  @Test
  void aDeviceMayBeNamedByItsStableId() throws IOException {
    edit(
        "environment.json", text -> text.replace("\"cpu:0\"", "\"x:0\", \"stable id\": \"cpu:0\""));

    assertEquals(List.of(), Archive.verify(packed).problems());
  }

  @Test
  void damagedConstantsAreProblems() throws IOException {
    edit("results.jsonl", text -> text.replaceFirst("\"PASS\"", "\"GOOD\""));
    requireProblem("results.jsonl line 1 is damaged", packed);

    edit("summary.json", text -> text.replace("\"FULL\"", "\"HUGE\""));
    requireProblem("summary.json is damaged", packed);
  }

  @Test
  void aRuleThatIsNotThereIsAProblem() throws IOException {
    edit("results.jsonl", text -> text.replaceFirst("\"S-001\"", "\"S-999\""));

    requireProblem("'S-001 check' cites 'S-999', which is no rule", packed);
  }

  @Test
  void damagedJsonIsAProblem() throws IOException {
    for (String name : List.of("summary.json", "environment.json", "plan.json")) {
      pack(SETTINGS, whole());
      edit(name, text -> text.substring(0, text.length() / 2));
      requireProblem(name + " is damaged", packed);
      edit(name, text -> "[1]");
      requireProblem(name + " is damaged", packed);
      edit(name, text -> "");
      requireProblem(name + " is damaged", packed);
    }
  }

  @Test
  void halfALineIsAProblem() throws IOException {
    edit("results.jsonl", text -> text.substring(0, text.length() - 20));

    requireProblem("ends in the middle of line " + Rules.all().size(), packed);
  }

  @Test
  void contentBeyondTheLimitIsNotRead() throws IOException {
    Path file = changed(entries -> entries.put("zeros.bin", new byte[8 << 20]));
    forgeSizes(file);

    List<String> problems = ArchiveContent.read(file, 4 << 20).problems();
    assertEquals(1, problems.size(), problems::toString);
    assertTrue(problems.getFirst().contains("larger than 4194304 bytes"), problems::toString);
  }

  /** Writes 1 for every uncompressed size in the central directory. */
  private static void forgeSizes(Path file) throws IOException {
    ByteBuffer zip = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < zip.capacity() - 46; at++) {
      if (zip.getInt(at) == 0x02014b50) {
        zip.putInt(at + 24, 1);
      }
    }
    Files.write(file, zip.array());
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
