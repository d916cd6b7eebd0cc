package dev.halyard.tck.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.tck.check.Area;
import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.check.Trial;
import dev.halyard.tck.check.Verdict;
import dev.halyard.tck.run.Kit;
import dev.halyard.tck.run.Plan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import tools.jackson.jr.ob.JSON;

class ReportsTests {
  private static final Settings SETTINGS = Settings.quick("cpu:0");

  @TempDir Path folder;

  private static Result result(String rule, Verdict verdict, String message) {
    String id = rule + " matmul/1 F32 " + verdict;
    return new Result(
        id,
        rule,
        "matmul/1",
        "F32",
        true,
        verdict,
        message,
        Trial.seed(SETTINGS.seed(), id),
        7,
        Map.of(
            "histogram",
            Collections.nCopies(21, 3),
            "errorOverBound",
            0.4,
            "worstAt",
            "[1, 2]: found 3.0"));
  }

  /** A result of every verdict. */
  static List<Result> results() {
    List<Result> results = new ArrayList<>();
    for (Verdict verdict : Verdict.values()) {
      results.add(
          result("N-301", verdict, verdict == Verdict.PASS ? "" : "why </script> & \u0007"));
    }
    return results;
  }

  private Summary write(List<Result> results) throws Exception {
    Plan plan = Kit.record(folder, results);
    return Reports.write(folder, SETTINGS, Map.of("device", "cpu:0"), plan, results);
  }

  @Test
  void theSummaryCountsCrashesAndTimeoutsAsFailures() throws Exception {
    write(results());

    Map<String, Object> summary =
        JSON.std.mapFrom(Files.readString(folder.resolve("summary.json")));
    assertEquals(
        List.of("cpu:0", "FAIL", 1, 3, 1, 1),
        List.of(
            summary.get("device"),
            summary.get("verdict"),
            summary.get("passed"),
            summary.get("failed"),
            summary.get("inconclusive"),
            summary.get("skipped")));
    assertEquals(SETTINGS.seed(), ((Number) summary.get("seed")).longValue());
  }

  @Test
  void anOpenRequiredCheckMakesTheRunInconclusive() throws Exception {
    List<Result> results =
        List.of(result("N-301", Verdict.PASS, ""), result("N-301", Verdict.INCONCLUSIVE, "noise"));

    assertEquals(Verdict.INCONCLUSIVE, write(results).verdict());
  }

  @Test
  void aRunWithoutAnyPassIsNoPass() throws Exception {
    assertEquals(
        Verdict.INCONCLUSIVE, write(List.of(result("N-301", Verdict.SKIPPED, "no"))).verdict());
  }

  @Test
  void junitXmlHasATestPerResult() throws Exception {
    write(results());

    Document xml =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(folder.resolve("TEST-halyard-tck.xml").toFile());
    Element suite = xml.getDocumentElement();
    assertEquals("6", suite.getAttribute("tests"));
    assertEquals("3", suite.getAttribute("failures"));
    assertEquals("2", suite.getAttribute("skipped"));
    assertEquals("0.042", suite.getAttribute("time"));
    Element test = (Element) suite.getElementsByTagName("testcase").item(0);
    assertEquals("0.007", test.getAttribute("time"));
  }

  @Test
  void junitXmlTellsTheInconclusiveFromWhatIsNotClaimed() throws Exception {
    write(results());

    String xml = Files.readString(folder.resolve("TEST-halyard-tck.xml"));
    assertTrue(xml.contains("<skipped message=\"INCONCLUSIVE: why"), xml);
    assertTrue(xml.contains("<skipped message=\"SKIPPED: why"), xml);
    assertTrue(xml.contains("type=\"TIMEOUT\""), xml);
  }

  @Test
  void noFileSaysWhoRanItOrWhatIsSetOnTheHost() throws Exception {
    write(results());

    for (String name : List.of("TEST-halyard-tck.xml", "open-test-report.xml")) {
      String xml = Files.readString(folder.resolve(name));
      assertFalse(xml.contains("<property"), name);
      assertFalse(xml.contains("<userName>") || xml.contains("<hostName>"), name);
      assertFalse(xml.contains(System.getProperty("java.class.path")), name);
    }
  }

  @Test
  void whatIsAboutAProfileIsNoOperationThatIsNotClaimed() throws Exception {
    Result profile =
        new Result("S-101 INT8", "S-101", "", "I8", true, Verdict.SKIPPED, "", 0, 0, Map.of());

    Summary summary = write(List.of(profile, result("N-301", Verdict.SKIPPED, "no")));

    assertEquals(List.of("matmul/1 F32"), summary.notClaimed());
  }

  @Test
  void theSummarySaysWhatWasLookedAtAndWhyItDoesNotCertify() throws Exception {
    Settings few =
        new Settings(
            "cpu:0", null, null, Settings.Profile.FULL, true, 7, null, List.of("N-301"), false);
    List<Result> results = List.of(result("N-301", Verdict.PASS, ""));
    Plan plan = Plan.of(Map.of(Area.NUMERICAL, List.of(results.getFirst().id())));

    Map<String, Object> summary = Summary.of(few, Map.of(), plan, results).toMap();

    assertEquals(List.of("numerical"), summary.get("areas"));
    assertEquals(List.of("N-301"), summary.get("rules"));
    assertEquals("", summary.get("only"));
    assertEquals(true, summary.get("tight"));
    assertEquals(false, summary.get("certifies"));
    assertEquals("only the rules N-301 were looked at", summary.get("certifiesNot"));
  }

  @Test
  void theSummaryOfAnEmulatedDeviceSaysSo() throws Exception {
    List<Result> results = List.of(result("N-301", Verdict.PASS, ""));
    Plan plan = Kit.record(folder, results);

    Summary summary = Reports.write(folder, SETTINGS, Map.of("emulated", true), plan, results);

    assertEquals("cpu:0 (emulated)", summary.deviceText());
    assertTrue(
        Files.readString(folder.resolve("TEST-halyard-tck.xml"))
            .contains("name=\"Halyard TCK, cpu:0 (emulated), quick\""));
    assertEquals(
        true, JSON.std.mapFrom(Files.readString(folder.resolve("summary.json"))).get("emulated"));
    assertEquals("cpu:0", write(results).deviceText());
  }

  @Test
  void aPlanThatIsNotDoneDoesNotCertify() {
    Settings full =
        new Settings("cpu:0", null, null, Settings.Profile.FULL, false, 7, null, List.of(), false);
    Map<Area, List<String>> checks = new EnumMap<>(Area.class);
    for (Area area : Area.values()) {
      checks.put(area, List.of("N-301 " + area));
    }
    List<Result> results = new ArrayList<>();
    Plan plan = Plan.of(checks);
    plan.ids().forEach(id -> results.add(passed(id)));
    assertEquals("", Summary.of(full, Map.of(), plan, results).certifiesNot());

    results.removeLast();

    assertEquals(
        "1 planned checks have no result",
        Summary.of(full, Map.of(), plan, results).certifiesNot());
  }

  private static Result passed(String id) {
    return new Result(id, "N-301", "", "", true, Verdict.PASS, "", 0, 0, Map.of());
  }

  @Test
  void openTestReportingIsOneFileHoweverOftenItIsWritten() throws Exception {
    write(results());
    write(results());

    try (var files = Files.list(folder)) {
      List<Path> reports =
          files
              .filter(file -> file.getFileName().toString().startsWith("open-test-report"))
              .toList();
      assertEquals(1, reports.size(), reports.toString());
      DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(reports.getFirst().toFile());
    }
  }

  @Test
  void thePageNeedsNothingElse() throws Exception {
    write(results());

    String page = Files.readString(folder.resolve("index.html"));
    assertFalse(page.contains("/*DATA*/") || page.contains("/*CHARTS*/"), "a part is missing");
    assertFalse(page.matches("(?s).*(src|href)=\"(https?:)?//.*"), "something is loaded");
    assertTrue(page.contains("why \\u003c/script>"), "a message can end the script");
    assertTrue(page.contains("\"certifiesNot\":\"the verdict is FAIL\""), "no certification");
    assertTrue(page.contains("\"again\":\"halyard tck --device cpu:0 "), "no command");
    assertTrue(page.contains("\"excluded\":[]"), "no exclusions");
  }
}
