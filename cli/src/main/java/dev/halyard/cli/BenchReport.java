package dev.halyard.cli;

import dev.halyard.bench.BenchRow;
import dev.halyard.bench.BenchRow.Figures;
import dev.halyard.bench.BenchRow.Outcome;
import dev.halyard.bench.IsolationOverhead;
import dev.halyard.bench.Overhead;
import dev.halyard.bench.side.BenchCase;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What benchmarks gave.
 *
 * @param rows a row per case and peer
 * @param overhead what the runtime adds, if that was measured
 * @param isolation what a process of its own adds, if that was measured
 */
record BenchReport(
    List<BenchRow> rows,
    Overhead.@Nullable Figures overhead,
    IsolationOverhead.@Nullable Figures isolation) {
  private static final String LINE = "%-27s %-11s %3s %10s %10s %6s  %s%n";

  static void printCases(PrintWriter out) {
    BenchCase.standard().forEach(known -> out.printf("%-27s %s%n", known.id(), known.about()));
    out.printf("%-27s %s%n", Overhead.CASE, "what the runtime adds to " + Overhead.PEER);
    out.printf("%-27s %s%n", IsolationOverhead.CASE, "what isolation adds to a run of cpu:0");
    out.println("sgemm-MxNxK has any sizes; sgemm-MxNxK-weights has a constant second matrix.");
  }

  void print(PrintWriter out) {
    if (!rows.isEmpty()) {
      out.printf(LINE, "case", "peer", "thr", "ours", "peer", "ratio", "95% interval");
      rows.forEach(row -> print(out, row));
      out.println();
      sides().forEach((side, what) -> printSide(out, side, what));
      out.println("Medians of a run, measured; ratio = ours / peer: below 1, Halyard is faster.");
    }
    if (overhead != null) {
      Overhead.describe(overhead).forEach(out::println);
    }
    if (isolation != null) {
      IsolationOverhead.describe(isolation).forEach(out::println);
    }
  }

  /** {@return whether a side broke, results differ or a figure is past its limit} */
  boolean hasFailed() {
    return rows.stream().anyMatch(row -> row.outcome() == Outcome.FAILED)
        || (overhead != null && !Overhead.isWithinLimits(overhead))
        || (isolation != null && !IsolationOverhead.isWithinLimits(isolation));
  }

  private static void print(PrintWriter out, BenchRow row) {
    Object[] cells = {
      row.caseId(), row.peer(), row.threads(), "-", "-", "-", outcome(row),
    };
    row.figures()
        .ifPresent(
            figures -> {
              cells[3] = Latency.text(figures.oursMs());
              cells[4] = Latency.text(figures.peerMs());
              cells[5] = number("%.3f", figures.ratio());
              cells[6] = number("%.3f", figures.low()) + " to " + number("%.3f", figures.high());
            });
    out.printf(LINE, cells);
    if (!row.reason().isEmpty()) {
      out.println(Text.indented(row.reason(), 4));
    }
  }

  private static String outcome(BenchRow row) {
    return row.outcome().name().toLowerCase(Locale.ROOT);
  }

  /** What ran, so that a reader can see that the comparison was fair. */
  private Map<String, Set<String>> sides() {
    Map<String, Set<String>> sides = new LinkedHashMap<>();
    for (BenchRow row : rows) {
      add(sides, "halyard", row.ours());
      add(sides, row.peer(), row.theirs());
    }
    return sides;
  }

  private static void add(Map<String, Set<String>> sides, String side, String what) {
    if (!what.isEmpty()) {
      sides.computeIfAbsent(side, s -> new LinkedHashSet<>()).add(what);
    }
  }

  private static void printSide(PrintWriter out, String side, Set<String> what) {
    String body = Text.indented(String.join("; ", what), 13);
    out.println(side + body.substring(side.length()));
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  List<Object> toJson() {
    List<Object> all = new ArrayList<>();
    rows.forEach(row -> all.add(toJson(row)));
    if (overhead != null) {
      all.add(toJson(overhead));
    }
    if (isolation != null) {
      all.add(toJson(isolation));
    }
    return all;
  }

  private static Object toJson(BenchRow row) {
    @Nullable Figures figures = row.figures().orElse(null);
    return Json.object(
        "case",
        row.caseId(),
        "peer",
        row.peer(),
        "threads",
        row.threads(),
        "oursMs",
        figures == null ? null : figures.oursMs(),
        "peerMs",
        figures == null ? null : figures.peerMs(),
        "ratio",
        figures == null ? null : figures.ratio(),
        "ratioLow",
        figures == null ? null : figures.low(),
        "ratioHigh",
        figures == null ? null : figures.high(),
        "rounds",
        figures == null ? 0 : figures.rounds(),
        "outcome",
        outcome(row),
        "ours",
        row.ours(),
        "theirs",
        row.theirs(),
        "reason",
        row.reason());
  }

  private static Object toJson(Overhead.Figures figures) {
    return Json.object(
        "case",
        Overhead.CASE,
        "peer",
        Overhead.PEER,
        "threads",
        figures.threads(),
        "oursMs",
        figures.executeNanos() / 1e6,
        "peerMs",
        figures.bareNanos() / 1e6,
        "ratio",
        Double.parseDouble(number("%.4f", figures.executeNanos() / figures.bareNanos())),
        "addedNanos",
        figures.addedNanos(),
        "executeBytes",
        figures.executeBytes(),
        "submitBytes",
        figures.submitBytes());
  }

  private static Object toJson(IsolationOverhead.Figures figures) {
    return Json.object(
        "case",
        IsolationOverhead.CASE,
        "peer",
        IsolationOverhead.PEER,
        "threads",
        figures.threads(),
        "oursMs",
        figures.isolatedMicros() / 1e3,
        "peerMs",
        figures.plainMicros() / 1e3,
        "ratio",
        Double.parseDouble(number("%.4f", figures.isolatedMicros() / figures.plainMicros())),
        "addedMicros",
        figures.addedMicros(),
        "executeBytes",
        figures.executeBytes());
  }
}
