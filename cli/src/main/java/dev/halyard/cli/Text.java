package dev.halyard.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Lays text out for 80 columns. */
final class Text {
  static final int COLUMNS = 80;
  private static final Pattern SPACES = Pattern.compile("\\s+");

  private Text() {}

  /**
   * {@return the lines of a text, broken between words}
   *
   * @param text any text; its own line breaks are spaces
   * @param width the most columns of a line; a longer word has a line of its own
   */
  static List<String> wrap(String text, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : SPACES.splitAsStream(text.strip()).toList()) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  /** {@return a text wrapped to 80 columns, each line after some spaces} */
  static String indented(String text, int spaces) {
    String indent = " ".repeat(spaces);
    return String.join(
        System.lineSeparator(),
        wrap(text, COLUMNS - spaces).stream().map(line -> indent + line).toList());
  }
}
