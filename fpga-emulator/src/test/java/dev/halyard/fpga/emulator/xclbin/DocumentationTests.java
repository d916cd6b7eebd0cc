package dev.halyard.fpga.emulator.xclbin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.cli.spi.CommandProvider;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/fpga.md shows of xclbin files is what the command prints. */
class DocumentationTests {
  private static final String NAME = "scale.xclbin";

  @TempDir Path folder;

  private String inspect(String... options) throws Exception {
    Path file = folder.resolve(NAME);
    Examples.documented().build().write(file);
    CommandProvider fpga =
        ServiceLoader.load(CommandProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(provider -> provider.name().equals("fpga"))
            .findFirst()
            .orElseThrow();
    StringWriter out = new StringWriter();
    PrintWriter writer = new PrintWriter(out);
    int code =
        fpga.run(
            Stream.concat(Stream.of("inspect", file.toString()), Stream.of(options)).toList(),
            writer,
            writer);
    writer.flush();
    assertEquals(0, code, out.toString());
    return out.toString().replace(file.toString(), NAME);
  }

  private static String documentation() throws IOException {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("README.md"))) {
      root = root.getParent();
    }
    return Files.readString(root.resolve("docs/fpga.md"));
  }

  private static void assertShown(String output) throws IOException {
    assertTrue(documentation().contains(output), () -> "docs/fpga.md lacks:\n" + output);
  }

  @Test
  void textIsTheCommands() throws Exception {
    assertShown(inspect());
  }

  @Test
  void jsonIsTheCommands() throws Exception {
    String json = inspect("--json");

    for (String part : List.of("\"uuid\": ", "\"mode\": ", "\"createdSeconds\": ")) {
      String line = json.lines().filter(text -> text.contains(part)).findFirst().orElseThrow();
      assertShown(line);
    }
    String kernels = json.substring(json.indexOf("  \"kernels\""));
    assertShown(kernels.substring(0, kernels.indexOf("        },") + 10));
  }
}
