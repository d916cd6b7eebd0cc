package dev.halyard.tck.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.tck.check.Area;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.check.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With scripts in the place of the process that describes. */
class DescriptionTests {
  private static final Settings SETTINGS = Settings.quick("acme:0");

  @TempDir Path folder;

  private static Description describe(String script) throws Exception {
    return Description.of(
        SETTINGS,
        Duration.ofSeconds(2),
        (output, answer) ->
            new ProcessBuilder("sh", "-c", script.replace("ANSWER", answer.toString()))
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start());
  }

  private Description answering(String message) throws Exception {
    Path file = Files.createTempDirectory(folder, "error").resolve("answer.json");
    Description.writeError(file, message);
    return describe("cp " + file + " ANSWER");
  }

  private static Description.BrokenException broken(String script) {
    return assertThrows(Description.BrokenException.class, () -> describe(script));
  }

  @Test
  void readsWhatWasWritten() throws Exception {
    Plan plan = Plan.of(Map.of(Area.LATENCY, List.of("N-901 samples")));
    Path file = folder.resolve("answer.json");
    new Description(Map.of("device", "acme:0"), plan).write(file);

    Description read = describe("cp " + file + " ANSWER");

    assertEquals(plan, read.plan());
    assertEquals(Map.of("device", "acme:0"), read.environment());
  }

  @Test
  void aProcessThatDiesIsACrashWithTheEndOfItsOutput() {
    Description.BrokenException error = broken("printf 'k\\344putt\\n'; exit 3");

    assertEquals(Verdict.CRASH, error.result().verdict());
    assertTrue(error.getMessage().contains("exit code 3"), error.getMessage());
    assertTrue(error.getMessage().endsWith("k\uFFFDputt"), error.getMessage());
  }

  @Test
  void aProcessThatHangsIsATimeout() {
    assertEquals(Verdict.TIMEOUT, broken("sleep 60").result().verdict());
  }

  @Test
  void aProbeThatBreaksIsNoWantOfADevice() {
    String found = "there is no device 'acme:0'; found are\n  cpu:0\n  acme: its probe ";

    assertEquals(Verdict.CRASH, brokenProbe(found + "failed: x").result().verdict());
    assertEquals(Verdict.TIMEOUT, brokenProbe(found + "hung: y").result().verdict());
  }

  private Description.BrokenException brokenProbe(String message) {
    return assertThrows(Description.BrokenException.class, () -> answering(message));
  }

  @Test
  void theProbeOfAnotherPluginIsItsOwnAffair() {
    String found = "there is no device 'acme:0'; found are\n  other: its probe failed: x";

    assertThrows(Description.NothingToRunException.class, () -> answering(found));
  }
}
