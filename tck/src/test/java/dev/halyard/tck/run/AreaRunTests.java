package dev.halyard.tck.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.tck.check.Area;
import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.check.Trial;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With scripts in the place of the process of an area. */
class AreaRunTests {
  private static final Settings SETTINGS = Settings.quick("cpu:0");
  private static final List<String> PLANNED =
      List.of("S-001 a", "S-002 b", "S-003 c", "R-001 contract");

  @TempDir Path folder;
  private int started;

  private static String start(String id) {
    return "echo '{\"start\":\"" + id + "\",\"limit\":60}' >> $log; ";
  }

  private static String passes(String id) {
    return start(id)
        + "echo '{\"id\":\"%s\",\"rule\":\"%s\",\"verdict\":\"PASS\"}' >> $log; "
            .formatted(id, id.substring(0, 5));
  }

  /** Runs a script per process; the last one again and again. */
  private List<Result> run(Settings settings, List<String> planned, String... scripts)
      throws IOException, InterruptedException {
    AreaRun.Launch launch =
        (flags, output) -> {
          String log = Scripts.value(flags, "log");
          String script = scripts[Math.min(started++, scripts.length - 1)];
          return Scripts.start("log=" + log + "; " + script, output);
        };
    return new AreaRun(Area.CONTRACT, settings, planned, folder, result -> {}, launch).run();
  }

  private static List<String> verdicts(List<Result> results) {
    return results.stream().map(result -> result.id() + " " + result.verdict()).toList();
  }

  @Test
  void aProcessThatRunsAllItsChecksLives() throws Exception {
    List<Result> results =
        run(SETTINGS, PLANNED, passes("S-001 a") + passes("S-002 b") + passes("S-003 c"));

    assertEquals(
        List.of("S-001 a PASS", "S-002 b PASS", "S-003 c PASS", "R-001 contract PASS"),
        verdicts(results));
    assertEquals(Trial.seed(SETTINGS.seed(), "R-001 contract"), results.getLast().seed());
    assertEquals(1, started);
  }

  @Test
  void aPluginThatEndsTheProcessBetweenChecksIsFoundAndTheRestIsRun() throws Exception {
    List<Result> results =
        run(SETTINGS, PLANNED, passes("S-001 a") + "exit 0", passes("S-002 b") + passes("S-003 c"));

    assertEquals(
        List.of("S-001 a PASS", "S-002 b PASS", "S-003 c PASS", "R-001 contract CRASH"),
        verdicts(results));
    assertTrue(
        results.getLast().message().contains("exit code 0 outside its checks, with 2 of them"),
        results.getLast().message());
  }

  @Test
  void aPlannedCheckThatNeverRunsCrashed() throws Exception {
    List<Result> results = run(SETTINGS, PLANNED, passes("S-001 a") + "exit 7", "exit 7");

    assertEquals(
        List.of("S-001 a PASS", "R-001 contract CRASH", "S-002 b CRASH", "S-003 c CRASH"),
        verdicts(results));
    assertEquals("was not run: see R-001 contract", results.getLast().message());
    assertEquals(2, started, "a process that got nowhere is not started again");
  }

  @Test
  void restartsAreBounded() throws Exception {
    List<String> planned = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      planned.add("S-001 " + i);
    }
    String diesInTheNext =
        "n=$(($(wc -l < ${log%-*}.done))); "
            + "printf '{\"start\":\"S-001 %s\",\"limit\":60}\\n' $n >> $log; kill -9 $$";

    List<Result> results = run(SETTINGS, planned, diesInTheNext);

    assertEquals(50, started);
    assertEquals(61, results.size());
    assertEquals("S-001 59 CRASH", verdicts(results).getLast());
  }

  @Test
  void aCheckThatKillsItsProcessIsNamedWithTheEndOfItsOutput() throws Exception {
    List<Result> results =
        run(
            SETTINGS,
            PLANNED,
            start("S-001 a") + "printf 'Ger\\344t weg\\n'; kill -9 $$",
            passes("S-002 b") + passes("S-003 c"));

    assertEquals("S-001 a CRASH", verdicts(results).getFirst());
    assertTrue(
        results.getFirst().message().endsWith("Ger\uFFFDt weg"), results.getFirst().message());
    assertEquals("R-001 contract PASS", verdicts(results).getLast());
  }

  @Test
  void whoLooksAtOtherRulesDoesNotHearOfTheProcess() throws Exception {
    List<Result> results =
        run(SETTINGS.rules(List.of("S-001")), List.of("S-001 a"), passes("S-001 a"));

    assertEquals(List.of("S-001 a PASS"), verdicts(results));
  }
}
