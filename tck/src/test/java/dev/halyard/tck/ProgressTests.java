package dev.halyard.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.tck.check.Area;
import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.check.Verdict;
import dev.halyard.tck.run.Plan;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProgressTests {
  private final StringWriter err = new StringWriter();

  private static Result passed(String id) {
    return new Result(id, id.substring(0, 5), "", "", true, Verdict.PASS, "", 0, 0, Map.of());
  }

  @Test
  void aLongAreaTellsHowFarItIsEvery30Seconds() {
    List<String> ids = IntStream.range(0, 70).mapToObj(i -> "N-301 case " + i).toList();
    AtomicLong nanos = new AtomicLong();
    Progress progress =
        new Progress(
            new PrintWriter(err),
            Settings.quick("cpu:0"),
            Plan.of(Map.of(Area.NUMERICAL, ids)),
            nanos::get);
    for (String id : ids) {
      progress.accept(passed(id));
      nanos.addAndGet(1_000_000_000);
    }

    assertEquals(
        List.of(
            "numerical: 32 of 70 checks, 31 s",
            "numerical: 63 of 70 checks, 62 s",
            "numerical: 70 of 70 checks, 69 s"),
        err.toString().lines().toList());
  }

  @Test
  void anAreaEndsWithItsLastCheckWhateverRuleThatCites() {
    Plan plan =
        Plan.of(
            Map.of(
                Area.CONTRACT, List.of("R-001 contract", "S-001 info"),
                Area.LATENCY, List.of("N-901 samples", "L-001 shape")));
    Progress progress = new Progress(new PrintWriter(err), Settings.quick("cpu:0"), plan);
    for (String id : List.of("R-001 contract", "S-001 info", "N-901 samples", "L-001 shape")) {
      progress.accept(passed(id));
    }
    progress.finish();

    List<String> lines = err.toString().lines().toList();
    assertEquals(2, lines.size(), err::toString);
    assertTrue(lines.getFirst().startsWith("contract: 2 of 2 checks"), err::toString);
    assertTrue(lines.getLast().startsWith("latency: 2 of 2 checks"), err::toString);
  }

  @Test
  void aRetryIsToldAndNotCounted() {
    Plan plan = Plan.of(Map.of(Area.LATENCY, List.of("L-106 fresh", "L-001 shape")));
    Progress progress = new Progress(new PrintWriter(err), Settings.quick("cpu:0"), plan, () -> 0);
    Result open =
        new Result(
            "L-106 fresh", "L-106", "", "", true, Verdict.INCONCLUSIVE, "noisy", 0, 0, Map.of());
    progress.accept(open);
    progress.accept(passed("L-001 shape"));
    progress.accept(passed("L-106 fresh").retryOf(open));
    progress.finish();

    assertEquals(
        List.of(
            "INCONCLUSIVE  L-106 fresh",
            "    noisy",
            "latency: 2 of 2 checks, 0 s",
            "PASS  L-106 fresh, retried"),
        err.toString().lines().toList());
  }
}
