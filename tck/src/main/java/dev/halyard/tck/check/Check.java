package dev.halyard.tck.check;

import java.time.Duration;

/**
 * One check of one rule.
 *
 * @param rule the rule it holds the device to
 * @param name what is checked, in a few words; with the rule, it names the check for good
 * @param op the operation it is about, such as {@code matmul/1}; empty if none
 * @param dtype the element type it is about; empty if none
 * @param required whether a quick run must reach an answer; a full run always must
 * @param limit how long it may take before it counts as hung
 * @param body does it
 */
public record Check(
    Rule rule, String name, String op, String dtype, boolean required, Duration limit, Body body) {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** What a check does. Returning means that the rule holds. */
  @FunctionalInterface
  public interface Body {
    /**
     * Checks.
     *
     * @param trial the device, the seed and where to record
     * @throws AssertionError if the rule is broken
     * @throws Inconclusive if the measurement supports neither answer
     * @throws NotClaimed if the device does not claim what this is about
     * @throws Exception for whatever a broken device throws; counts as broken
     */
    void run(Trial trial) throws Exception;
  }

  /**
   * {@return a check that is about no operation in particular}
   *
   * @param ruleId the rule
   * @param name what is checked
   * @param body does it
   */
  public static Check of(String ruleId, String name, Body body) {
    return new Check(Rules.of(ruleId), name, "", "", true, LIMIT, body);
  }

  /**
   * {@return this check, about an operation}
   *
   * @param op the operation's id
   * @param dtype the element type's name
   */
  public Check about(String op, String dtype) {
    return new Check(rule, name, op, dtype, required, limit, body);
  }

  /** {@return this check, which need not reach an answer in a quick run} */
  public Check optional() {
    return new Check(rule, name, op, dtype, false, limit, body);
  }

  /**
   * {@return this check with another limit}
   *
   * @param time how long it may take before it counts as hung
   */
  public Check within(Duration time) {
    return new Check(rule, name, op, dtype, required, time, body);
  }

  /** {@return what runs this check again, such as {@code N-301 matmul/1 F32 S3 K=512}} */
  public String id() {
    String about = op.isEmpty() ? "" : " " + op;
    String of = dtype.isEmpty() ? "" : " " + dtype;
    return rule.id() + about + of + (name.isEmpty() ? "" : " " + name);
  }
}
