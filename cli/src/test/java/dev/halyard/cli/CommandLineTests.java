package dev.halyard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTests {
  @Test
  void helpListsEveryCommandAndExitCode() {
    Cli.Result help = Cli.run("--help");

    assertEquals(0, help.code());
    for (String command :
        new String[] {
          "demo", "test", "devices", "run", "explain", "models", "doctor", "bench", "fpga"
        }) {
      assertTrue(help.out().contains("\n  " + command + " "), command + " in " + help.out());
    }
    assertTrue(help.out().contains("3   inconclusive"), help.out());
    assertEquals("", help.err());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"demo", "test", "devices", "run", "explain", "models", "doctor", "bench", "fpga"})
  void helpOfEveryCommandHasAnExampleAndFitsTheScreen(String command) {
    Cli.Result help = Cli.run(command, "--help");

    assertEquals(0, help.code());
    assertTrue(help.out().contains("  ./halyard " + command), help.out());
    assertTrue(help.out().contains("Example"), help.out());
    help.out().lines().forEach(line -> assertTrue(line.length() <= 90, line));
  }

  @Test
  void versionTellsHalyardsAndJavas() {
    Cli.Result version = Cli.run("--version");

    assertEquals(0, version.code());
    assertTrue(version.out().startsWith("halyard 0."), version.out());
    assertTrue(version.out().contains("Java 25"), version.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                          | Missing command",
        "modells                     | Did you mean: halyard models",
        "devices --jsn               | Unknown option: '--jsn'",
        "run                         | Missing required parameter: 'MODEL.onnx'",
        "run m.onnx --dim a=x        | 'x' is not a long",
        "run m.onnx --input x        | should be in KEY=VALUE format",
        "run m.onnx --runs 0         | --runs wants at least 1, found 0",
        "models --to d               | --to wants a NAME; there are [all-minilm-l6-v2]",
        "bench sgemm-0x1x1           | no case 'sgemm-0x1x1'; there are sgemm-MxNxK",
        "bench --threads 0           | --threads wants at least 1, found 0",
        "bench --budget 0            | --budget wants at least 1, found 0",
        "fpga                        | Missing command",
        "fpga inspect                | Missing required parameter: 'FILE'",
        "models gpt                  | no model 'gpt'; there are [all-minilm-l6-v2]",
      })
  void wrongUseExitsWith2AndSaysWhatWasWrong(String line, String message) {
    Cli.Result wrong = Cli.run((Object[]) (line.isEmpty() ? new String[0] : line.split(" ")));

    assertEquals(2, wrong.code());
    assertTrue(wrong.err().contains(message), wrong.err());
    assertTrue(wrong.err().contains("--help'."), wrong.err());
    assertEquals("", wrong.out());
  }

  @Test
  void failureIsOneLineUntilTheStackTraceIsAskedFor(@TempDir Path folder) throws IOException {
    Path model = Files.writeString(folder.resolve("broken.onnx"), "this is no model");

    Cli.Result brief = Cli.run("run", model);
    Cli.Result full = Cli.run("run", model, "--stacktrace");

    assertEquals(1, brief.code());
    assertEquals(1, brief.err().lines().count(), brief.err());
    assertTrue(brief.err().startsWith("halyard run: "), brief.err());
    assertTrue(brief.err().contains("broken.onnx"), brief.err());
    assertEquals(1, full.code());
    assertTrue(full.err().contains("\tat dev.halyard."), full.err());
  }

  @Test
  void missingModelIsNamed() {
    Cli.Result missing = Cli.run("explain", "nowhere.onnx");

    assertEquals(1, missing.code());
    assertTrue(missing.err().contains("nowhere.onnx"), missing.err());
    assertFalse(missing.err().contains("\tat "), missing.err());
  }

  @Test
  void testPointsToTheLauncher() {
    Cli.Result test = Cli.run("test", "-pl", "api");

    assertEquals(1, test.code());
    assertTrue(test.err().contains("./halyard test -pl api"), test.err());
  }

  @Test
  void commandOfAPluginGetsItsArgumentsAsTyped() {
    Cli.Result echo = Cli.run("echo", "--help", "two words", "-x");
    Cli.Result failing = Cli.run("echo", "fail");

    assertEquals(3, echo.code());
    assertEquals("[--help, two words, -x]", echo.out().strip());
    assertEquals(1, failing.code());
    assertEquals("halyard echo: asked to fail", failing.err().strip());
    assertTrue(Cli.run("--help").out().contains("Says what it was told."));
  }
}
