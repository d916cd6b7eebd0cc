package dev.halyard.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.tck.check.Rule;
import dev.halyard.tck.check.Rules;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TckCommandTests {
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return new CommandLine(new TckCommand())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  private void requireUsage(String message, String... arguments) {
    assertEquals(2, run(arguments), err::toString);
    assertTrue(err.toString().contains(message), err::toString);
  }

  @Test
  void anUnknownDeviceIsAUsageErrorThatListsTheOthers() {
    Path report = folder.resolve("report");

    requireUsage(
        "there is no device 'nope:0'; found are\n  cpu:0",
        "--device",
        "nope:0",
        "--report",
        report.toString());
    assertFalse(Files.exists(report));
  }

  @Test
  void aDeviceIsAskedFor() {
    requireUsage("'--device=ID'", "--profile", "quick");
  }

  @Test
  void anUnknownProfileIsAUsageErrorThatListsTheOthers() {
    requireUsage("[quick, full]", "--device", "cpu:0", "--profile", "slow");
  }

  @Test
  void anUnknownRuleIsAUsageError() {
    requireUsage("no rule 'N-999'", "--device", "cpu:0", "--rule", "N-999");
  }

  @Test
  void anUnknownCheckIsAUsageError() {
    requireUsage("there is no check", "--device", "cpu:0", "--case", "N-301 no such");
  }

  @Test
  void aPluginFolderThatIsNotThereIsAUsageError() {
    requireUsage("there is no such folder", "--device", "cpu:0", "--plugin", "no-such-folder");
  }

  @Test
  void aClassThatIsNoPluginIsAUsageError() {
    requireUsage("is no plugin", "--device", "cpu:0", "--plugin-class", "java.lang.String");
  }

  @Test
  void aSeedGivesTheSameRunAgain() throws Exception {
    String[] arguments = {
      "--device", "cpu:0", "--case", "N-301 matmul/1 F32 S3 K=37", "--seed", "7", "--report", ""
    };
    for (String name : List.of("one", "two")) {
      arguments[arguments.length - 1] = folder.resolve(name).toString();
      assertEquals(0, run(arguments), err::toString);
    }

    assertEquals(
        Files.readString(folder.resolve("one/results.jsonl")).replaceAll("\"millis\":\\d+", ""),
        Files.readString(folder.resolve("two/results.jsonl")).replaceAll("\"millis\":\\d+", ""));
    assertTrue(out.toString().contains("cpu:0: PASS (1 passed"), out::toString);
  }

  @Test
  void theListHasEveryRuleThatIsTested() {
    assertEquals(0, run("--device", "cpu:0", "--list"), err::toString);

    List<String> cited =
        out.toString().lines().map(line -> line.substring(0, 5)).distinct().toList();
    List<String> open =
        Rules.all().stream()
            .filter(rule -> rule.untested().isEmpty() && !cited.contains(rule.id()))
            .map(Rule::id)
            .filter(id -> !id.equals("R-001")) // found by the process that starts the others
            .toList();
    assertEquals(List.of(), open);
  }
}
