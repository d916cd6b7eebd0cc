package dev.halyard.tck.report;

import dev.halyard.tck.check.Area;
import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.check.Verdict;
import dev.halyard.tck.run.Plan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a run comes to.
 *
 * @param device the device's id
 * @param emulated whether the device is emulated, so that its numbers count and its times do not;
 *     null where the plugin broke before it could be asked
 * @param verdict FAIL if any check failed; INCONCLUSIVE if a required one has no answer; else PASS
 * @param passed how many checks passed
 * @param failed how many failed, crashed or hung
 * @param inconclusive how many reached no answer
 * @param skipped how many are about something that the device does not claim
 * @param seed the run's seed
 * @param profile QUICK or FULL
 * @param tight whether dot products were held to the narrower limit
 * @param isolated whether the device's plugin ran in processes of its own
 * @param areas the areas that were run
 * @param rules the only rules that were looked at; empty for all
 * @param only the only check that was run; null for all
 * @param certifiesNot why the run certifies nothing; empty if it certifies
 * @param notClaimed the operations with their dtypes that the device does not claim
 */
public record Summary(
    String device,
    @Nullable Boolean emulated,
    Verdict verdict,
    long passed,
    long failed,
    long inconclusive,
    long skipped,
    long seed,
    String profile,
    boolean tight,
    boolean isolated,
    List<String> areas,
    List<String> rules,
    @Nullable String only,
    String certifiesNot,
    List<String> notClaimed) {
  /**
   * {@return the summary of a run}
   *
   * @param settings what was tested
   * @param environment what was tested, where and when
   * @param plan what was to be done
   * @param results a result per check
   */
  public static Summary of(
      Settings settings, Map<String, Object> environment, Plan plan, List<Result> results) {
    Verdict verdict = verdict(results);
    return new Summary(
        settings.device(),
        environment.get(Environment.EMULATED) instanceof Boolean emulated ? emulated : null,
        verdict,
        count(results, Verdict.PASS),
        results.stream().filter(result -> result.verdict().isFailure()).count(),
        count(results, Verdict.INCONCLUSIVE),
        count(results, Verdict.SKIPPED),
        settings.seed(),
        settings.profile().name(),
        settings.tight(),
        settings.isolate(),
        plan.areas().stream().map(Area::toString).toList(),
        settings.rules(),
        settings.only(),
        certifiesNot(settings, plan, verdict, results),
        notClaimed(results));
  }

  private static String certifiesNot(
      Settings settings, Plan plan, Verdict verdict, List<Result> results) {
    if (verdict != Verdict.PASS) {
      return "the verdict is " + verdict;
    }
    if (!settings.isFull()) {
      return "a quick run never does";
    }
    if (settings.only() != null) {
      return "only the check '" + settings.only() + "' was run";
    }
    if (!settings.rules().isEmpty()) {
      return "only the rules " + String.join(", ", settings.rules()) + " were looked at";
    }
    return unfinished(plan, results);
  }

  private static String unfinished(Plan plan, List<Result> results) {
    for (Area area : Area.values()) {
      if (plan.of(area).isEmpty()) {
        return "the area " + area + " was not run";
      }
    }
    List<String> missing = plan.missing(results.stream().map(Result::id).toList());
    return missing.isEmpty() ? "" : missing.size() + " planned checks have no result";
  }

  /** {@return whether this is a run that a vendor may certify a device by} */
  public boolean certifies() {
    return certifiesNot.isEmpty();
  }

  /** {@return the device's id, and whether it is emulated, for people} */
  public String deviceText() {
    return device + (Boolean.TRUE.equals(emulated) ? " (emulated)" : "");
  }

  /** {@return how many checks came to what, for people} */
  public String counts() {
    return passed
        + " passed, "
        + failed
        + " failed, "
        + inconclusive
        + " inconclusive, "
        + skipped
        + " skipped";
  }

  /** {@return whether the run certifies, and why not, for people} */
  public String certification() {
    return certifies() ? "certifies" : "does not certify: " + certifiesNot;
  }

  /** What is about no operation is about a profile, such as the vendor's INT8: not listed here. */
  private static List<String> notClaimed(List<Result> results) {
    return results.stream()
        .filter(result -> result.verdict() == Verdict.SKIPPED)
        .filter(result -> !result.op().isEmpty())
        .map(result -> (result.op() + " " + result.dtype()).strip())
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
    if (emulated != null) {
      map.put(Environment.EMULATED, emulated);
    }
    map.put("verdict", verdict.name());
    map.put("passed", passed);
    map.put("failed", failed);
    map.put("inconclusive", inconclusive);
    map.put("skipped", skipped);
    map.put("seed", seed);
    map.put("profile", profile);
    map.put("tight", tight);
    map.put("isolated", isolated);
    map.put("areas", areas);
    map.put("rules", rules);
    map.put("only", only == null ? "" : only);
    map.put("certifies", certifies());
    map.put("certifiesNot", certifiesNot);
    map.put("notClaimed", notClaimed);
    return map;
  }
}
