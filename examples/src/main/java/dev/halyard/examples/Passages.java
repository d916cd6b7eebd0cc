package dev.halyard.examples;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/** Reads prose cut into passages; its source is told in SOURCE.md beside the text. */
public final class Passages {
  private static final Pattern PARAGRAPH_END = Pattern.compile("\\R\\s*\\R");

  private Passages() {}

  /**
   * A paragraph or a part of one.
   *
   * @param text 40 to 120 words, in one line
   * @param book the book it is from: title, author and year
   */
  public record Passage(String text, String book) {}

  /** {@return some hundred passages of popular science of the nineteenth century} */
  public static List<Passage> all() {
    try (InputStream text = Passages.class.getResourceAsStream("passages.txt")) {
      return parse(new String(Objects.requireNonNull(text).readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One passage a paragraph; a line that begins with # names the book of those that follow. */
  static List<Passage> parse(String text) {
    List<Passage> passages = new ArrayList<>();
    String book = "";
    for (String paragraph : PARAGRAPH_END.splitAsStream(text.strip()).toList()) {
      if (paragraph.startsWith("#")) {
        book = paragraph.substring(1).strip();
      } else {
        passages.add(new Passage(paragraph.strip(), book));
      }
    }
    return List.copyOf(passages);
  }
}
