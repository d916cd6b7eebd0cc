package dev.halyard.tck.check;

import java.util.Map;

/**
 * What became of one check.
 *
 * @param id the check
 * @param rule the rule's number
 * @param op the operation it is about; empty if none
 * @param dtype the element type it is about; empty if none
 * @param required whether the verdict needs an answer
 * @param verdict what became of it
 * @param message why; empty for PASS
 * @param seed the check's seed
 * @param millis how long it took
 * @param data what it recorded
 */
public record Result(
    String id,
    String rule,
    String op,
    String dtype,
    boolean required,
    Verdict verdict,
    String message,
    long seed,
    long millis,
    Map<String, Object> data) {}
