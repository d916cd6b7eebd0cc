package dev.halyard.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The programs to copy from run and print what their comments say. */
class ProgramsTests {
  private static String printed(Runnable program) {
    PrintStream console = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      program.run();
    } finally {
      System.setOut(console);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void helloMlpComputesTheExclusiveOr() {
    assertEquals("[0.0, 1.0, 1.0, 0.0]", printed(HelloMlp::main).strip());
  }

  @Test
  void variableLengthRunsAtBothLengths() {
    assertEquals(
        """
        n = 2: [0.5, 0.5]
        n = 5: [0.2, 0.2, 0.2, 0.2, 0.2]
        """,
        printed(VariableLength::main).replace("\r\n", "\n"));
  }
}
