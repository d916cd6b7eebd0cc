package dev.halyard.tck.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.halyard.tck.check.Area;
import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.check.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With scripts in the place of the processes of retries. */
class RetriesTests {
  private static final String OPEN = "L-106 fresh and equal inputs";

  @TempDir Path folder;
  private final List<Result> heard = new ArrayList<>();
  private int started;

  private static Result result(String id, Verdict verdict, boolean required, boolean noisy) {
    Map<String, Object> data = noisy ? Map.of(Result.NOISY, true) : Map.of();
    String message = verdict == Verdict.PASS ? "" : "at first";
    return new Result(id, id.substring(0, 5), "", "", required, verdict, message, 0, 0, data);
  }

  private static final List<Result> FOUND =
      List.of(
          result("L-101 elementwise chain", Verdict.PASS, true, false),
          result(OPEN, Verdict.INCONCLUSIVE, true, true),
          result("L-103 twice the size", Verdict.INCONCLUSIVE, true, false),
          result("L-104 tail", Verdict.INCONCLUSIVE, false, true),
          result("R-001 latency", Verdict.PASS, true, false));

  /**
   * Every process comes to the next of some verdicts; for an empty one it dies in the check, for
   * "before" ahead of it.
   */
  private List<Result> run(List<Result> found, String... verdicts)
      throws IOException, InterruptedException {
    AreaRun.Launch launch =
        (flags, output) -> {
          String verdict = verdicts[started++];
          String log = Scripts.value(flags, "log");
          String script =
              """
              [ "%s" != before ] || exit 9
              echo '{"start":"%s","limit":60}' >> '%s'
              [ -n "%s" ] || exit 9
              echo '{"id":"%s","rule":"L-106","required":true,"verdict":"%s","message":"retry %d","data":{"noisy":true}}' >> '%s'
              """
                  .formatted(verdict, OPEN, log, verdict, OPEN, verdict, started, log);
          return Scripts.start(script, output);
        };
    return new Retries(Area.LATENCY, Settings.quick("cpu:0"), folder, heard::add, launch)
        .run(found);
  }

  private static List<String> verdicts(List<Result> results) {
    return results.stream().map(result -> result.id() + " " + result.verdict()).toList();
  }

  @Test
  void onlyWhatNoiseKeptFromARequiredAnswerIsRetried() throws Exception {
    List<Result> results = run(FOUND, "PASS");

    assertEquals(
        List.of(
            "L-101 elementwise chain PASS",
            OPEN + " PASS",
            "L-103 twice the size INCONCLUSIVE",
            "L-104 tail INCONCLUSIVE",
            "R-001 latency PASS"),
        verdicts(results));
    assertEquals(List.of("INCONCLUSIVE: at first"), results.get(1).data().get("earlier"));
    assertEquals(List.of(results.get(1)), heard);
    assertFalse(Files.readAllLines(folder.resolve("latency-retry1.done")).contains(OPEN));
    assertEquals(4, Files.readAllLines(folder.resolve("latency-retry1.done")).size());
  }

  @Test
  void afterTwoRetriesACheckStaysInconclusive() throws Exception {
    List<Result> results = run(FOUND, "INCONCLUSIVE", "INCONCLUSIVE", "PASS");

    assertEquals(OPEN + " INCONCLUSIVE", verdicts(results).get(1));
    assertEquals(
        List.of("INCONCLUSIVE: at first", "INCONCLUSIVE: retry 1"),
        results.get(1).data().get("earlier"));
    assertEquals(2, started);
  }

  @Test
  void aRetryThatFailsCounts() throws Exception {
    assertEquals(OPEN + " FAIL", verdicts(run(FOUND, "FAIL")).get(1));
    assertEquals(1, started);
  }

  @Test
  void aRetryThatKillsItsProcessCounts() throws Exception {
    assertEquals(OPEN + " CRASH", verdicts(run(FOUND, "")).get(1));
    assertEquals(1, started);
  }

  @Test
  void aRetryThatNeverRanCounts() throws Exception {
    List<Result> results = run(FOUND, "before");

    assertEquals(OPEN + " CRASH", verdicts(results).get(1));
    assertEquals("R-001 latency CRASH", verdicts(results).getLast());
    assertEquals(List.of("PASS"), results.getLast().data().get("earlier"));
    assertEquals(1, started);
  }

  @Test
  void whereEveryCheckHasAnAnswerNothingIsStarted() throws Exception {
    List<Result> found = List.of(FOUND.getFirst(), FOUND.getLast());

    assertEquals(found, run(found));
    assertEquals(List.of(), heard);
  }
}
