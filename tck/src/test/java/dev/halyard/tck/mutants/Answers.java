package dev.halyard.tck.mutants;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.check.Verdict;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** That rules reach a correct device, and that it passes them. */
final class Answers {
  private Answers() {}

  /** Requires that nothing failed, and that each of the rules passed somewhere. */
  static void require(Settings settings, List<Result> results, List<String> rules) {
    assertTrue(
        results.stream().noneMatch(result -> result.verdict().isFailure()),
        () -> "seed " + settings.seed() + ": " + described(results));
    Set<String> passed =
        results.stream()
            .filter(result -> result.verdict() == Verdict.PASS)
            .map(Result::rule)
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(new TreeSet<>(rules), passed, () -> described(results));
  }

  private static String described(List<Result> results) {
    return results.stream()
        .filter(result -> result.verdict() != Verdict.PASS)
        .map(result -> result.id() + " " + result.verdict() + " " + result.message())
        .collect(Collectors.joining("\n"));
  }
}
