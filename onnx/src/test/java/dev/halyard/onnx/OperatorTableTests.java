package dev.halyard.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/onnx.md lists exactly the operators that there are. */
class OperatorTableTests {
  // Surefire runs in the module's folder.
  private static final Path PAGE = Path.of("..", "docs", "onnx.md");

  private static String row(Operator operator) {
    return "| "
        + operator.type()
        + " | "
        + Math.max(operator.since(), Operators.OLDEST)
        + " | "
        + operator.limits()
        + " |";
  }

  @Test
  void pageHasARowPerOperator() throws IOException {
    List<String> rows =
        Files.readAllLines(PAGE).stream()
            .filter(line -> line.startsWith("| ") && !line.startsWith("| Operator |"))
            .toList();
    String wanted =
        Operators.all().values().stream()
            .map(OperatorTableTests::row)
            .collect(Collectors.joining("\n"));
    assertEquals(wanted, String.join("\n", rows));
  }
}
