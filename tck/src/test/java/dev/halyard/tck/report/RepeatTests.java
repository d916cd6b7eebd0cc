package dev.halyard.tck.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.check.Verdict;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RepeatTests {
  private static final Settings SETTINGS =
      new Settings(
          "acme:0",
          Path.of("my plugins"),
          "com.acme.Plugin$Fast",
          Settings.Profile.FULL,
          true,
          7,
          null,
          List.of(),
          true);

  private static String command(Settings settings, String id) {
    return Repeat.command(
        settings,
        new Result(id, id.substring(0, 5), "", "", true, Verdict.FAIL, "", 0, 0, Map.of()));
  }

  @Test
  void namesEverythingThatTheRunDependsOn() {
    assertEquals(
        "halyard tck --device acme:0 --plugin 'my plugins' --plugin-class 'com.acme.Plugin$Fast'"
            + " --isolate --profile full --tight --case 'N-301 it'\\''s' --seed 7",
        command(SETTINGS, "N-301 it's"));
  }

  @Test
  void aProcessThatDiedOutsideItsChecksIsRunWhole() {
    assertEquals(
        "halyard tck --device cpu:0 --profile quick --only contract --seed 1",
        command(quick(List.of()), "R-001 contract"));
    assertEquals(
        "halyard tck --device cpu:0 --profile quick --only contract --rule R-001,S-001 --seed 1",
        command(quick(List.of("R-001", "S-001")), "R-001 contract"));
    assertEquals(
        "halyard tck --device cpu:0 --profile quick --list --seed 1",
        command(quick(List.of()), "R-001 description"));
  }

  private static Settings quick(List<String> rules) {
    return new Settings("cpu:0", null, null, Settings.Profile.QUICK, false, 1, null, rules, false);
  }
}
