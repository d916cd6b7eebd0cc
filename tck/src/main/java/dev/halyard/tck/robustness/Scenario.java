package dev.halyard.tck.robustness;

import dev.halyard.tck.check.Check;
import java.time.Duration;

/**
 * What one process does.
 *
 * @param rule the rule's number
 * @param name what is done, in a few words
 * @param limit how long the process may take
 * @param body does it
 */
record Scenario(String rule, String name, Duration limit, Check.Body body) {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  // The kit's own watchdog comes after the scenario's.
  private static final Duration GRACE = Duration.ofSeconds(20);

  static Scenario of(String rule, String name, Check.Body body) {
    return new Scenario(rule, name, LIMIT, body);
  }

  Scenario within(Duration time) {
    return new Scenario(rule, name, time, body);
  }

  /** {@return a check that runs this in a process of its own} */
  Check check() {
    return Check.of(rule, name, trial -> Fork.run(trial, this)).within(limit.plus(GRACE));
  }
}
