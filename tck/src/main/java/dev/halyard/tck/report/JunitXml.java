package dev.halyard.tck.report;

import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Writes results as JUnit XML. JUnit's own writer would add every system property of the host, and
 * the time that writing took.
 */
final class JunitXml {
  private JunitXml() {}

  static void write(Path file, String suite, List<Result> results) throws IOException {
    StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    openSuite(xml, suite, results);
    results.forEach(result -> addCase(xml, result));
    Files.writeString(file, xml.append("</testsuite>\n"));
  }

  private static void openSuite(StringBuilder xml, String name, List<Result> results) {
    long failures = results.stream().filter(result -> result.verdict().isFailure()).count();
    long passed = results.stream().filter(result -> result.verdict() == Verdict.PASS).count();
    xml.append("<testsuite");
    attribute(xml, "name", name);
    attribute(xml, "tests", String.valueOf(results.size()));
    attribute(xml, "failures", String.valueOf(failures));
    attribute(xml, "errors", "0");
    attribute(xml, "skipped", String.valueOf(results.size() - failures - passed));
    attribute(xml, "time", seconds(results.stream().mapToLong(Result::millis).sum()));
    xml.append(">\n");
  }

  private static void addCase(StringBuilder xml, Result result) {
    xml.append("<testcase");
    attribute(xml, "name", result.id());
    attribute(xml, "classname", result.rule());
    attribute(xml, "time", seconds(result.millis()));
    if (result.verdict() == Verdict.PASS) {
      xml.append("/>\n");
      return;
    }
    String outcome = result.verdict().isFailure() ? "failure" : "skipped";
    xml.append("><").append(outcome);
    attribute(xml, "message", result.verdict() + ": " + result.message());
    if (result.verdict().isFailure()) {
      attribute(xml, "type", result.verdict().name());
    }
    xml.append("/></testcase>\n");
  }

  private static String seconds(long millis) {
    return String.format(Locale.ROOT, "%.3f", millis / 1000.0);
  }

  private static void attribute(StringBuilder xml, String name, String value) {
    xml.append(' ').append(name).append("=\"");
    value.codePoints().forEach(point -> escape(xml, point));
    xml.append('"');
  }

  /** What XML 1.0 has no place for is replaced: no escape would make it legal. */
  private static void escape(StringBuilder xml, int point) {
    switch (point) {
      case '&' -> xml.append("&amp;");
      case '<' -> xml.append("&lt;");
      case '>' -> xml.append("&gt;");
      case '"' -> xml.append("&quot;");
      case '\t', '\n', '\r' -> xml.append("&#").append(point).append(';');
      default -> xml.appendCodePoint(isLegal(point) ? point : '\uFFFD');
    }
  }

  private static boolean isLegal(int point) {
    boolean surrogate = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
    return point >= ' ' && !surrogate && point != 0xFFFE && point != 0xFFFF;
  }
}
