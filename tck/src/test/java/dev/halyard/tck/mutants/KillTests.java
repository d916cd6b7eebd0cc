package dev.halyard.tck.mutants;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.tck.check.Area;
import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Rules;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.run.Kit;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each mutant against the rules that are made to find it. Those that read the clock are left to
 * scripts/kill-matrix.sh: timing has no place among unit tests. A narrow fault meets its case under
 * most seeds, not under all: the seeds are fixed here, where the matrix draws fresh ones, and one
 * of a few must do.
 */
class KillTests {
  private static final long SEED = Long.getLong("halyard.tck.seed", 1);
  private static final int SEEDS = 4;

  @TempDir Path folder;

  @Test
  void thereAreAtLeastTwentyFive() {
    assertTrue(Mutants.all().size() >= 25, Mutants.all().size() + " mutants");
  }

  @Test
  void everyMutantNamesRulesThatExist() {
    for (Class<?> mutant : Mutants.all()) {
      Breaks breaks = mutant.getAnnotation(Breaks.class);
      Stream.concat(Stream.of(breaks.aim()), Stream.of(breaks.also())).forEach(Rules::of);
    }
  }

  @TestFactory
  Stream<DynamicTest> isFoundByTheRulesMadeForIt() {
    return Mutants.all().stream()
        .filter(mutant -> !timed(mutant))
        .map(
            mutant ->
                DynamicTest.dynamicTest(
                    mutant.getSimpleName() + ": " + mutant.getAnnotation(Breaks.class).fault(),
                    () -> requireFound(mutant)));
  }

  @TestFactory
  Stream<DynamicTest> aCorrectDeviceKeepsEveryRuleThatAMutantBreaks() {
    Set<String> aims =
        Mutants.all().stream()
            .flatMap(mutant -> Stream.of(mutant.getAnnotation(Breaks.class).aim()))
            .filter(rule -> !readsTheClock(rule))
            .collect(Collectors.toCollection(TreeSet::new));
    // The others take their turn in scripts/kill-matrix.sh.
    return Mutants.correct().entrySet().stream()
        .filter(device -> Set.of("cpu", "reference").contains(device.getKey()))
        .map(
            device ->
                DynamicTest.dynamicTest(
                    device.getKey(),
                    () -> {
                      Settings settings = seeded(device.getValue().rules(List.copyOf(aims)), SEED);
                      assertEquals(
                          Set.of(), broken(device.getKey(), settings, aims), hint(settings));
                    }));
  }

  private static boolean timed(Class<?> mutant) {
    return Stream.of(mutant.getAnnotation(Breaks.class).aim()).anyMatch(KillTests::readsTheClock);
  }

  private static boolean readsTheClock(String rule) {
    return rule.startsWith("L-1") || rule.startsWith("L-2");
  }

  private void requireFound(Class<?> mutant) throws Exception {
    Set<String> aim = new TreeSet<>(List.of(mutant.getAnnotation(Breaks.class).aim()));
    Settings settings = Settings.quick("mutant:0").plugin(mutant.getName()).rules(List.copyOf(aim));
    Set<String> found = new TreeSet<>();
    for (long seed = SEED; seed < SEED + SEEDS && !found.equals(aim); seed++) {
      found.addAll(broken(mutant.getSimpleName() + seed, seeded(settings, seed), aim));
    }

    assertEquals(aim, found, () -> "seeds from " + SEED + " on");
  }

  static Settings seeded(Settings settings, long seed) {
    return new Settings(
        settings.device(),
        settings.pluginFolder(),
        settings.pluginClass(),
        settings.profile(),
        settings.tight(),
        seed,
        settings.only(),
        settings.rules(),
        settings.isolate());
  }

  private static String hint(Settings settings) {
    return "seed " + settings.seed();
  }

  /** {@return the rules of those asked for that the device breaks} */
  private Set<String> broken(String name, Settings settings, Set<String> rules) throws Exception {
    Set<Area> areas =
        rules.stream()
            .map(rule -> rule.equals("N-901") ? Area.LATENCY : Rules.of(rule).area())
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(Area.class)));
    List<Result> results = Kit.run(settings, areas, folder.resolve(name), result -> {});
    assertFalse(results.isEmpty());
    return results.stream()
        .filter(result -> result.verdict().isFailure())
        .map(Result::rule)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
