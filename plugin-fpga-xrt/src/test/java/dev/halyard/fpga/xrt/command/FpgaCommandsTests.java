package dev.halyard.fpga.xrt.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.cli.spi.CommandProvider;
import dev.halyard.fpga.xrt.xclbin.InvalidXclbinException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FpgaCommandsTests {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) throws Exception {
    return new FpgaCommands().run(List.of(arguments), new PrintWriter(out), new PrintWriter(err));
  }

  @Test
  void serviceLoaderFindsTheProvider() {
    CommandProvider found =
        ServiceLoader.load(CommandProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(provider -> provider.name().equals("fpga"))
            .findFirst()
            .orElseThrow();

    assertInstanceOf(FpgaCommands.class, found);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "inspect --help"})
  void helpHasAnExampleAndFitsTheScreen(String line) throws Exception {
    assertEquals(0, run(line.split(" ")));

    assertTrue(out.toString().startsWith("Usage: halyard fpga"), out.toString());
    assertTrue(out.toString().contains("  ./halyard fpga inspect "), out.toString());
    assertTrue(out.toString().contains("2   usage"), out.toString());
    out.toString().lines().forEach(text -> assertTrue(text.length() <= 90, text));
    assertEquals("", err.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                | Missing command         | ./halyard fpga --help",
        "inspct            | 'inspct'                | ./halyard fpga --help",
        "inspect           | parameter: 'FILE'       | ./halyard fpga inspect --help",
        "inspect f --jsn   | Unknown option: '--jsn' | ./halyard fpga inspect --help",
      })
  void wrongUseExitsWith2AndSaysWhatWasWrong(String line, String message, String help)
      throws Exception {
    assertEquals(2, run(line.isEmpty() ? new String[0] : line.split(" ")));

    assertTrue(err.toString().contains(message), err.toString());
    assertTrue(err.toString().contains("Try '" + help + "'."), err.toString());
    assertEquals("", out.toString());
  }

  @Test
  void badFileIsTheReadersException(@TempDir Path folder) {
    Path file = folder.resolve("no.xclbin");

    InvalidXclbinException e =
        assertThrows(InvalidXclbinException.class, () -> run("inspect", file.toString()));

    assertTrue(String.valueOf(e.getMessage()).startsWith(file + ": "), e.getMessage());
  }
}
