package dev.halyard.tck.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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
    Map<String, Object> data) {
  /** What is true in the data of a result that noise alone kept from an answer. */
  public static final String NOISY = "noisy";

  private static final String EARLIER = "earlier";

  /** {@return whether an answer is required, and noise alone stood in its way} */
  public boolean wantsRetry() {
    return required && verdict == Verdict.INCONCLUSIVE && Boolean.TRUE.equals(data.get(NOISY));
  }

  /** {@return whether this is what came of a retry} */
  public boolean isRetry() {
    return data.containsKey(EARLIER);
  }

  /**
   * {@return this result of a retry, with what came of the tries before in its data, in order, as
   * {@code earlier}}
   *
   * @param before what the same check came to in the try before
   */
  public Result retryOf(Result before) {
    List<Object> earlier = new ArrayList<>();
    if (before.data.get(EARLIER) instanceof List<?> more) {
      earlier.addAll(more);
    }
    earlier.add(before.verdict + (before.message.isEmpty() ? "" : ": " + before.message));
    Map<String, Object> all = new LinkedHashMap<>(data);
    all.put(EARLIER, List.copyOf(earlier));
    return new Result(id, rule, op, dtype, required, verdict, message, seed, millis, all);
  }
}
