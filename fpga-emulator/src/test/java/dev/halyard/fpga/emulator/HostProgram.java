package dev.halyard.fpga.emulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The host {@code vector_add_host.cpp}, compiled for a test, in a session of its own. */
final class HostProgram {
  private static final String NAME = "vector_add_host";
  private static final long SECONDS = 400;

  private final Path folder;

  private HostProgram(Path folder) {
    this.folder = folder;
  }

  static HostProgram compile(Path folder) throws IOException, InterruptedException {
    try (InputStream source = HostProgram.class.getResourceAsStream(NAME + ".cpp")) {
      Files.copy(source, folder.resolve(NAME + ".cpp"));
    }
    Path output = folder.resolve("g++.output");
    Process compiler =
        new ProcessBuilder(
                "g++", "-O1", "-I/usr/include/xrt", NAME + ".cpp", "-o", NAME, "-lxrt_coreutil")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertTrue(compiler.waitFor(SECONDS, TimeUnit.SECONDS), "g++ hangs");
    assertEquals(0, compiler.exitValue(), Files.readString(output));
    return new HostProgram(folder);
  }

  /** {@return the program, started with a board's environment} */
  Process start(BoardFolder board, Path xclbin, int runs, String mode) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                "setsid", folder.resolve(NAME).toString(), xclbin.toString(), "" + runs, mode)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output().toFile());
    builder.environment().putAll(board.environment());
    return builder.start();
  }

  private Path output() {
    return folder.resolve("host.output");
  }

  /** {@return what the program printed; it has ended well} */
  Map<String, Long> end(Process program, EmulatedBoard board)
      throws IOException, InterruptedException {
    boolean ended = program.waitFor(SECONDS, TimeUnit.SECONDS);
    program.destroyForcibly();
    List<String> lines = Files.readAllLines(output());
    String story = String.join("; ", lines) + " / " + String.join("; ", board.lines());
    assertTrue(ended, () -> "the host hangs: " + story);
    assertEquals(0, program.exitValue(), story);
    Map<String, Long> numbers = new TreeMap<>();
    for (String line : lines) {
      String[] words = line.split(" ", -1);
      if (words.length == 2 && words[1].matches("\\d+")) {
        numbers.put(words[0], Long.valueOf(words[1]));
      }
    }
    return numbers;
  }
}
