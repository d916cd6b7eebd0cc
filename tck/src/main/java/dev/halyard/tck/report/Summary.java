package dev.halyard.tck.report;

import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.check.Verdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run comes to.
 *
 * @param device the device's id
 * @param verdict FAIL if any check failed; INCONCLUSIVE if a required one has no answer; else PASS
 * @param passed how many checks passed
 * @param failed how many failed, crashed or hung
 * @param inconclusive how many reached no answer
 * @param skipped how many are about something that the device does not claim
 * @param seed the run's seed
 * @param profile QUICK or FULL
 * @param notClaimed the operations with their dtypes that the device does not claim
 */
public record Summary(
    String device,
    Verdict verdict,
    long passed,
    long failed,
    long inconclusive,
    long skipped,
    long seed,
    String profile,
    List<String> notClaimed) {
  /**
   * {@return the summary of a run}
   *
   * @param settings what was tested
   * @param results a result per check
   */
  public static Summary of(Settings settings, List<Result> results) {
    return new Summary(
        settings.device(),
        verdict(results),
        count(results, Verdict.PASS),
        results.stream().filter(result -> result.verdict().isFailure()).count(),
        count(results, Verdict.INCONCLUSIVE),
        count(results, Verdict.SKIPPED),
        settings.seed(),
        settings.profile().name(),
        notClaimed(results));
  }

  private static List<String> notClaimed(List<Result> results) {
    return results.stream()
        .filter(result -> result.verdict() == Verdict.SKIPPED)
        .map(result -> (result.op() + " " + result.dtype()).strip())
        .filter(what -> !what.isEmpty())
        .distinct()
        .sorted()
        .toList();
  }

  private static Verdict verdict(List<Result> results) {
    if (results.stream().anyMatch(result -> result.verdict().isFailure())) {
      return Verdict.FAIL;
    }
    boolean open =
        results.stream()
            .anyMatch(result -> result.required() && result.verdict() == Verdict.INCONCLUSIVE);
    boolean none = count(results, Verdict.PASS) == 0;
    return open || none ? Verdict.INCONCLUSIVE : Verdict.PASS;
  }

  private static long count(List<Result> results, Verdict verdict) {
    return results.stream().filter(result -> result.verdict() == verdict).count();
  }

  /** {@return the members in order, as summary.json has them} */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("device", device);
    map.put("verdict", verdict.name());
    map.put("passed", passed);
    map.put("failed", failed);
    map.put("inconclusive", inconclusive);
    map.put("skipped", skipped);
    map.put("seed", seed);
    map.put("profile", profile);
    map.put("notClaimed", notClaimed);
    return map;
  }
}
