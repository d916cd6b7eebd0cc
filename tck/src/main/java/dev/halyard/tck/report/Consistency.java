package dev.halyard.tck.report;

import dev.halyard.tck.check.Area;
import dev.halyard.tck.check.Exclusion;
import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Rule;
import dev.halyard.tck.check.Rules;
import dev.halyard.tck.check.Trial;
import dev.halyard.tck.run.Description;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.jr.ob.JSON;

/** Holds the parts of a report to each other. */
final class Consistency {
  private final ReportReader.Report report;
  private final Summary derived;
  private final List<Exclusion> exclusions;
  private final List<String> problems;

  /**
   * Makes a check.
   *
   * @param report what the report says
   * @param derived the summary that follows from its plan and results
   * @param exclusions the checks that this kit leaves out
   * @param problems receives what does not fit
   */
  Consistency(
      ReportReader.Report report,
      Summary derived,
      List<Exclusion> exclusions,
      List<String> problems) {
    this.report = report;
    this.derived = derived;
    this.exclusions = exclusions;
    this.problems = problems;
  }

  void check() {
    checkSummary();
    checkEnvironment();
    checkExclusions();
    checkPlan();
    report.results().forEach(this::checkResult);
    if (isUnfiltered()) {
      checkRules();
    }
  }

  private void checkSummary() {
    derived.toMap().forEach(this::require);
  }

  private void require(String member, Object value) {
    String says = json(report.summary().get(member));
    if (!says.equals(json(value))) {
      problems.add("the summary says " + member + " " + says + ", the results say " + json(value));
    }
  }

  private static String json(@Nullable Object value) {
    return value == null ? "null" : JSON.std.asString(value).replaceAll("^\"|\"$", "");
  }

  private void checkEnvironment() {
    Map<String, Object> environment = report.environment();
    boolean stable = derived.device().equals(environment.get("stable id"));
    if (!stable) {
      agree("device", derived.device());
    }
    agree("profile", derived.profile());
    agree("seed", derived.seed());
    agree("tight", derived.tight());
    agree(Environment.ISOLATED, derived.isolated());
  }

  private void agree(String name, Object said) {
    String other = String.valueOf(report.environment().get(name));
    if (!other.equals(String.valueOf(said))) {
      problems.add("the summary says " + name + " " + said + ", the environment says " + other);
    }
  }

  private void checkExclusions() {
    if (!report.plan().excluded().equals(exclusions)) {
      problems.add("the checks that the plan excludes are not those that this kit excludes");
    }
  }

  private Set<String> excluded() {
    return exclusions.stream().map(Exclusion::check).collect(Collectors.toSet());
  }

  private void checkPlan() {
    Set<String> planned = new HashSet<>();
    for (String id : report.plan().ids()) {
      if (!planned.add(id)) {
        problems.add("the check '" + id + "' is planned twice");
      }
    }
    Set<String> excluded = excluded();
    report.plan().missing(report.results().stream().map(Result::id).toList()).stream()
        .filter(id -> !excluded.contains(id))
        .forEach(id -> problems.add("the planned check '" + id + "' has no result"));
    Set<String> ids = new HashSet<>();
    for (Result result : report.results()) {
      if (!ids.add(result.id())) {
        problems.add("the check '" + result.id() + "' is there twice");
      } else if (!planned.contains(result.id()) && !result.id().equals(Description.ID)) {
        problems.add("the check '" + result.id() + "' was not planned");
      }
    }
  }

  /** Its seed must follow from the run's. */
  private void checkResult(Result result) {
    String id = result.id();
    if (!ruleOf(id).equals(result.rule()) || !isRule(result.rule())) {
      problems.add("'" + id + "' cites '" + result.rule() + "', which is no rule of this kit");
    }
    if (result.seed() != Trial.seed(derived.seed(), id)) {
      problems.add("the seed of '" + id + "' does not follow from the run's");
    }
    if (report.settings().isFull() && !result.required()) {
      problems.add("'" + id + "' counts as not required, in a full run");
    }
  }

  private static String ruleOf(String id) {
    return id.split(" ", 2)[0];
  }

  private static boolean isRule(String id) {
    return Rules.all().stream().anyMatch(rule -> rule.id().equals(id));
  }

  private boolean isUnfiltered() {
    return report.settings().only() == null
        && report.settings().rules().isEmpty()
        && report.plan().areas().equals(EnumSet.allOf(Area.class));
  }

  private void checkRules() {
    Set<String> cited =
        Stream.concat(report.results().stream().map(Result::id), excluded().stream())
            .map(Consistency::ruleOf)
            .collect(Collectors.toSet());
    for (Rule rule : Rules.all()) {
      if (rule.untested().isEmpty() && !cited.contains(rule.id())) {
        problems.add("no check of rule " + rule.id() + " has a result");
      }
    }
  }
}
