package dev.halyard.tck.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RulesTests {
  @Test
  void areReadFromThePageThatPeopleRead() {
    Rule rule = Rules.of("N-302");

    assertEquals("Dot products have a small variance", rule.title());
    assertEquals(Area.NUMERICAL, rule.area());
    assertEquals("", rule.untested());
    assertTrue(Rules.all().size() > 60, Rules.all().size() + " rules");
  }

  @Test
  void anUnknownRuleIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> Rules.of("N-999"));
  }
}
