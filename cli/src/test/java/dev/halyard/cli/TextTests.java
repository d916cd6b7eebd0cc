package dev.halyard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextTests {
  @Test
  void linesBreakBetweenWordsAtTheWidth() {
    assertEquals(List.of("how does", "light", "bend"), Text.wrap("how does  light\nbend", 8));
  }

  @Test
  void wordBeyondTheWidthHasALineOfItsOwn() {
    assertEquals(List.of("a", "refraction", "b"), Text.wrap("a refraction b", 5));
  }

  @Test
  void emptyTextIsOneEmptyLine() {
    assertEquals(List.of(""), Text.wrap("", 10));
  }
}
