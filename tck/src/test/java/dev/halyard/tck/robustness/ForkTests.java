package dev.halyard.tck.robustness;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.halyard.tck.check.Verdict;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.jr.ob.JSON;

class ForkTests {
  private static final Map<String, Object> DATA = Map.of("cancelled", 7);

  @Test
  void aFailureOfCloseFailsWhatHasPassed() {
    Fork.Outcome outcome = new Fork.Outcome(Verdict.PASS, "", DATA).failed("close throws");

    assertEquals(new Fork.Outcome(Verdict.FAIL, "close throws", DATA), outcome);
  }

  @Test
  void aFailureOfCloseStandsBehindTheOneBefore() {
    Fork.Outcome outcome = new Fork.Outcome(Verdict.FAIL, "wrong", DATA).failed("close throws");

    assertEquals(Verdict.FAIL, outcome.verdict());
    assertEquals("wrong\nand then: close throws", outcome.message());
  }

  @Test
  void anOutcomeCarriesWhatWasRecorded() throws Exception {
    Map<String, Object> read =
        JSON.std.mapFrom(new Fork.Outcome(Verdict.SKIPPED, "line\nline", DATA).toJson());

    assertEquals(Map.of("verdict", "SKIPPED", "message", "line\nline", "data", DATA), read);
  }
}
