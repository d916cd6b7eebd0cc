package dev.halyard.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.examples.Passages.Passage;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PassagesTests {
  @Test
  void everyPassageKnowsItsBook() {
    Map<String, Long> counts =
        Passages.all().stream()
            .collect(Collectors.groupingBy(Passage::book, Collectors.counting()));

    assertEquals(
        Map.of(
            "The Fairy-Land of Science, Arabella B. Buckley, 1879", 257L,
            "Six Lectures on Light, John Tyndall, 1873", 65L,
            "The Story of the Heavens, Robert S. Ball, 1886", 14L),
        counts);
  }

  @Test
  void passagesAreShortEnoughForTheModel() {
    for (Passage passage : Passages.all()) {
      int words = passage.text().split(" ").length;
      assertTrue(words >= 20 && words <= 130, words + " words: " + passage.text());
    }
  }

  @Test
  void booksAreNotPassages() {
    assertEquals(
        List.of(new Passage("one", "A"), new Passage("two", "A"), new Passage("three", "B")),
        Passages.parse("# A\n\none\n\ntwo\n\n# B\r\n\r\nthree\n"));
  }
}
