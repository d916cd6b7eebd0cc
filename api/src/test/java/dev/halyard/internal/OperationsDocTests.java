package dev.halyard.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Keeps the tables of docs/operations.md equal to the vocabulary. */
class OperationsDocTests {
  private static final Path DOC = Path.of("../docs/operations.md");
  private static final String HOW_TO_FIX =
      """
      docs/operations.md differs from Vocabulary.all(); rewrite its tables by
        mvn -Dfast -pl api test -Dtest=OperationsDocTests -Dhalyard.docs=write
      """;

  @Test
  void tablesListEveryOperationAsDeclared() throws IOException {
    String text = Files.readString(DOC);
    String current =
        withTable(
            withTable(text, "primitives", op -> !op.isComposite()), "composites", Op::isComposite);
    if ("write".equals(System.getProperty("halyard.docs"))) {
      Files.writeString(DOC, current);
      return;
    }
    assertEquals(current, text, HOW_TO_FIX);
  }

  private static String withTable(String text, String name, Predicate<Op> which) {
    Matcher table =
        Pattern.compile("(<!-- generated: " + name + " -->\n).*?(<!-- end -->)", Pattern.DOTALL)
            .matcher(text);
    return table.replaceFirst("$1" + Matcher.quoteReplacement(table(which)) + "$2");
  }

  private static String table(Predicate<Op> which) {
    return "| id | operands | attributes | element types | rule |\n|---|---|---|---|---|\n"
        + Vocabulary.all().stream()
            .filter(which)
            .map(OperationsDocTests::row)
            .collect(Collectors.joining("\n", "", "\n"));
  }

  private static String row(Op op) {
    String attributes =
        op.attributes().entrySet().stream()
            .map(entry -> "`" + entry.getKey() + "` " + entry.getValue())
            .collect(Collectors.joining(", "));
    return "| `%s` | %s | %s | %s | %s |"
        .formatted(op.id(), String.join(", ", op.operands()), attributes, op.dtypes(), op.rule())
        .replace("|x|", "\\|x\\|")
        .replace("*,", "\\*,")
        .replace("* |", "\\* |")
        .replace("  ", " ");
  }
}
