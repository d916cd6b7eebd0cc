package dev.halyard.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.bench.BenchRow;
import dev.halyard.bench.BenchRow.Figures;
import dev.halyard.bench.BenchRow.Outcome;
import dev.halyard.bench.IsolationOverhead;
import dev.halyard.bench.Overhead;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BenchCommandTests {
  private static final Overhead.Figures OVERHEAD = new Overhead.Figures(100, 120, 20, 0, 48, 2);
  private static final Overhead.Figures ALLOCATES = new Overhead.Figures(100, 120, 20, 8, 48, 2);

  private static final IsolationOverhead.Figures ISOLATION =
      new IsolationOverhead.Figures(1, 9, 8, 0, 2);
  private static final IsolationOverhead.Figures SLOW =
      new IsolationOverhead.Figures(1, 32, 31, 0, 2);

  private static BenchRow measured(Outcome outcome) {
    return new BenchRow(
        "sgemm-1x2x3",
        "openblas",
        2,
        outcome,
        Optional.of(new Figures(1.5, 2, 0.75, 0.74, 0.77, 40)),
        "cpu:0: A CPU",
        "OpenBLAS 0.3",
        outcome == Outcome.MEASURED ? "" : "the interval is wide");
  }

  private static BenchRow broken(Outcome outcome) {
    return new BenchRow(
        "sgemm-1x2x3", "clblast", 2, outcome, Optional.empty(), "cpu:0: A CPU", "", "no library");
  }

  private static String print(BenchReport report) {
    StringWriter out = new StringWriter();
    report.print(new PrintWriter(out));
    return out.toString();
  }

  @Test
  void listNamesEveryCase() {
    Cli.Result list = Cli.run("bench", "--list");

    assertEquals(0, list.code(), list.err());
    for (String id :
        List.of(
            "sgemm-512x512x512",
            "sgemm-1024x1024x1024",
            "sgemm-128x1536x384",
            "sgemm-128x384x1536",
            "minilm-s128",
            "mlp-16-64-32-32-5",
            "launch-12",
            "xrt-dense-784x128",
            "overhead-mlp-16-64-32-32-5",
            "isolation-mlp-16-64-32-32-5")) {
      assertTrue(list.out().contains(id + " "), id + " in " + list.out());
    }
  }

  @Test
  void jsonHasTheKeysOfTheDesignFirst() {
    List<Object> rows =
        new BenchReport(
                List.of(measured(Outcome.MEASURED), broken(Outcome.ABSENT)), OVERHEAD, ISOLATION)
            .toJson();

    assertEquals(4, rows.size());
    for (Object row : rows) {
      assertEquals(
          List.of("case", "peer", "threads", "oursMs", "peerMs", "ratio"),
          new ArrayList<>(((Map<?, ?>) row).keySet()).subList(0, 6).stream().toList());
    }
    Map<?, ?> first = (Map<?, ?>) rows.getFirst();
    assertEquals(0.75, first.get("ratio"));
    assertEquals("measured", first.get("outcome"));
    assertEquals("no library", ((Map<?, ?>) rows.get(1)).get("reason"));
  }

  @Test
  void tableShowsIntervalsReasonsAndWhatRan() {
    String table =
        print(
            new BenchReport(
                List.of(measured(Outcome.IMPRECISE), broken(Outcome.FAILED)), null, null));

    assertTrue(table.contains("0.750  0.740 to 0.770"), table);
    assertTrue(table.contains("    the interval is wide"), table);
    assertTrue(table.contains("failed"), table);
    assertTrue(table.contains("    no library"), table);
    assertTrue(table.contains("halyard      cpu:0: A CPU"), table);
    assertTrue(table.contains("openblas     OpenBLAS 0.3"), table);
    table.lines().forEach(line -> assertTrue(line.length() <= 90, line));
  }

  @Test
  void exitCodeIsThatOfTheWorstRow() {
    BenchRow good = measured(Outcome.MEASURED);
    BenchRow wide = measured(Outcome.IMPRECISE);

    assertEquals(0, exitCode(OVERHEAD, ISOLATION, good, broken(Outcome.ABSENT)));
    assertEquals(3, exitCode(null, null, good, wide));
    assertEquals(1, exitCode(null, null, wide, broken(Outcome.FAILED)));
    assertEquals(1, exitCode(ALLOCATES, null));
    assertEquals(1, exitCode(null, SLOW));
  }

  private static int exitCode(
      Overhead.Figures overhead, IsolationOverhead.Figures isolation, BenchRow... rows) {
    return BenchCommand.exitCode(new BenchReport(List.of(rows), overhead, isolation));
  }
}
