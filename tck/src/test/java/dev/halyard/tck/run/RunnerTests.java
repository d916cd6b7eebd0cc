package dev.halyard.tck.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.halyard.tck.check.Area;
import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.Exclusion;
import dev.halyard.tck.check.Inconclusive;
import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.check.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunnerTests {
  private static final Check ONE = Check.of("S-001", "one", trial -> {});
  private static final Check TWO = Check.of("S-002", "two", trial -> {});
  private static final Settings SETTINGS = Settings.quick("cpu:0");

  @Test
  void anExcludedCheckIsNotChosen() {
    try (Subject subject = Subject.open(SETTINGS)) {
      Runner runner = new Runner(subject, List.of(new Exclusion("S-001 one", "why", "#1")));

      assertEquals(List.of(TWO), runner.chosen(List.of(ONE, TWO)).toList());
    }
  }

  @Test
  void aPlanHasTheChecksThatAreChosenAndThatTheProcessLives() {
    assertEquals(List.of("S-001 one", "S-002 two", "R-001 contract"), planned(SETTINGS));
    assertEquals(List.of("S-002 two"), planned(SETTINGS.rules(List.of("S-002"))));
    assertEquals(List.of("R-001 contract"), planned(SETTINGS.rules(List.of("R-001"))));
    assertEquals(List.of("S-001 one"), planned(SETTINGS.only("S-001 one")));
  }

  private static List<String> planned(Settings settings) {
    try (Subject subject = Subject.open(settings)) {
      return new Runner(subject).plan(Map.of(Area.CONTRACT, List.of(ONE, TWO))).ids();
    }
  }

  @Test
  void anOutOfMemoryErrorCostsOneCheckAndNotTheArea() {
    Check hungry =
        Check.of(
            "S-001",
            "hungry",
            trial -> {
              throw new OutOfMemoryError("Java heap space");
            });
    try (Subject subject = Subject.open(SETTINGS)) {
      AssertionError error =
          assertThrows(AssertionError.class, () -> new Runner(subject).run(hungry));

      assertEquals("java.lang.OutOfMemoryError: Java heap space", error.getMessage());
    }
  }

  @Test
  void theLogTellsNoiseFromOtherReasonsForNoAnswer(@TempDir Path folder) throws Exception {
    assertEquals(Map.of("noisy", true), logged(folder, Inconclusive.noisy("bursts")).data());
    assertEquals(Map.of(), logged(folder, new Inconclusive("too near")).data());
  }

  private static Result logged(Path folder, Inconclusive open) throws IOException {
    Path log = folder.resolve(open.getMessage());
    System.setProperty(ResultLog.PROPERTY, log.toString());
    try (Subject subject = Subject.open(SETTINGS)) {
      Check check =
          Check.of(
              "S-001",
              "open",
              trial -> {
                throw open;
              });
      assertThrows(Inconclusive.class, () -> new Runner(subject).run(check));
    } finally {
      System.clearProperty(ResultLog.PROPERTY);
    }
    return ResultLog.parse(Files.readAllLines(log).getLast());
  }
}
