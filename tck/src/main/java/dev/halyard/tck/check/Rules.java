package dev.halyard.tck.check;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rules, read from docs/conformance.md, of which the kit carries a copy. */
public final class Rules {
  private static final Pattern HEADING = Pattern.compile("### ([SNRL]-\\d{3}) (.+)");
  private static final Pattern UNTESTED = Pattern.compile("Not tested: (.+)");
  private static final Map<String, Rule> ALL = read();

  private Rules() {}

  /** {@return every rule, in the order of the document} */
  public static List<Rule> all() {
    return List.copyOf(ALL.values());
  }

  /**
   * {@return a rule}
   *
   * @param id its number
   * @throws IllegalArgumentException if docs/conformance.md has no such rule
   */
  public static Rule of(String id) {
    Rule rule = ALL.get(id);
    if (rule == null) {
      throw new IllegalArgumentException("docs/conformance.md has no rule '" + id + "'");
    }
    return rule;
  }

  /**
   * {@return the rule that a check cites}
   *
   * @param checkId begins with the rule's number
   * @throws IllegalArgumentException if docs/conformance.md has no such rule
   */
  public static Rule citedBy(String checkId) {
    int end = checkId.indexOf(' ');
    return of(end < 0 ? checkId : checkId.substring(0, end));
  }

  private static Map<String, Rule> read() {
    Map<String, Rule> rules = new LinkedHashMap<>();
    List<String> lines = lines();
    for (int i = 0; i < lines.size(); i++) {
      Matcher heading = HEADING.matcher(lines.get(i));
      if (heading.matches()) {
        String id = heading.group(1);
        Rule rule = new Rule(id, heading.group(2), untested(lines, i + 1));
        if (rules.put(id, rule) != null) {
          throw new IllegalStateException("docs/conformance.md has rule " + id + " twice");
        }
      }
    }
    return rules;
  }

  private static String untested(List<String> lines, int from) {
    for (int i = from; i < lines.size() && !lines.get(i).startsWith("#"); i++) {
      Matcher reason = UNTESTED.matcher(lines.get(i));
      if (reason.matches()) {
        return reason.group(1);
      }
    }
    return "";
  }

  private static List<String> lines() {
    try (InputStream in = Rules.class.getResourceAsStream("/dev/halyard/tck/conformance.md")) {
      if (in == null) {
        throw new IllegalStateException("the kit lacks its copy of docs/conformance.md");
      }
      return new ArrayList<>(
          new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
