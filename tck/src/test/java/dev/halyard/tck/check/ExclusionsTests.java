package dev.halyard.tck.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ExclusionsTests {
  private static final String ENTRY =
      "{\"check\": \"N-402 gelu\", \"reason\": \"ties\", \"issue\": \"#7\"}";

  @Test
  void readsAList() {
    assertEquals(
        List.of(new Exclusion("N-402 gelu", "ties", "#7")), Exclusions.parse("[" + ENTRY + "]"));
  }

  @Test
  void theKitsOwnListIsWellFormed() {
    assertEquals(List.of(), Exclusions.all(), "docs/vendors.md says that nothing is excluded");
  }

  @Test
  void refusesWhatSaysNoReasonOrNoRule() {
    assertRefused("[" + ENTRY.replace("ties", " ") + "]", "wants reason");
    assertRefused("[" + ENTRY.replace("issue", "where") + "]", "wants issue");
    assertRefused("[" + ENTRY.replace("N-402", "N-999") + "]", "no rule 'N-999'");
    assertRefused("[" + ENTRY + "," + ENTRY + "]", "excluded twice");
    assertRefused("[1]", "wants an object");
    assertRefused(ENTRY, "JSON array");
  }

  private static void assertRefused(String json, String wanted) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Exclusions.parse(json)).getMessage();
    assertTrue(message.contains(wanted), message);
  }
}
