package dev.halyard.cli;

import dev.halyard.Graph;
import dev.halyard.Kernel;
import dev.halyard.Plan;
import dev.halyard.Value;
import dev.halyard.spi.NodeView;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Prints what became of a graph: a summary first, then a section per question. */
final class Explanation {
  /** Graphs up to this size are printed whole after each pass that changed them. */
  private static final int SMALL = 40;

  /** The columns for the names of regions. */
  private static final int NAMES = 26;

  private final Graph graph;
  private final Kernel kernel;
  private final Plan plan;
  private final PrintWriter out;
  private boolean started;

  Explanation(Kernel kernel, PrintWriter out) {
    this.kernel = kernel;
    this.graph = kernel.graph();
    this.plan = kernel.plan();
    this.out = out;
  }

  void print() {
    summary();
    passes();
    regions();
    notes();
    programs();
  }

  /** Prints the graph after one pass, or after every pass if the name is {@code all}. */
  void printStage(String name) {
    List<Plan.Stage> wanted =
        plan.stages().stream()
            .filter(stage -> name.equals("all") || stage.pass().equals(name))
            .toList();
    if (wanted.isEmpty()) {
      throw new IllegalArgumentException(
          "no stage '"
              + name
              + "'; there are "
              + plan.stages().stream().map(Plan.Stage::pass).toList()
              + ", and all");
    }
    for (Plan.Stage stage : wanted) {
      heading(stage.pass());
      out.print(stage.graph());
    }
  }

  private void summary() {
    heading("Summary");
    out.println("graph      " + graph.name() + ", " + graph.nodes().size() + " nodes");
    graph.inputs().forEach(input -> out.println("input      " + typed(input.name(), input)));
    for (String name : graph.outputNames()) {
      out.println("output     " + typed(name, graph.output(name)));
    }
    String choice = kernel.device().choice();
    out.println(
        "device     "
            + kernel.device().id()
            + ", "
            + kernel.device().descriptor().name()
            + (choice.isEmpty() ? "" : ": " + choice));
    if (plan.steps().isEmpty() && !graph.symbols().isEmpty()) {
      out.println(
          "regions    not known before --dim gives " + String.join(", ", graph.symbols().keySet()));
      return;
    }
    out.println("regions    " + plan.steps().size());
    out.println("launches   " + plan.launches() + " a run");
    out.println("fallbacks  " + plan.fallbacks() + " nodes");
    plan.bytesMoved().ifPresent(b -> out.println("moved      " + b + " bytes a run"));
  }

  private static String typed(String name, Value value) {
    return name + " " + value.dtype() + value.shape();
  }

  private void passes() {
    heading("Passes");
    String before = "";
    for (Plan.Stage stage : plan.stages()) {
      String listing = stage.graph().toString();
      boolean changed = !listing.equals(before);
      out.printf(
          "%-20s %5d nodes%s%n",
          stage.pass(), stage.graph().nodes().size(), changed ? "" : "  unchanged");
      if (changed && stage.graph().nodes().size() <= SMALL) {
        out.print(listing.indent(4));
      }
      before = listing;
    }
    out.println("--stage NAME shows the whole graph after a pass, --stage all after each.");
    if (!plan.stages().isEmpty()) {
      out.println();
      out.println(Text.indented(operations(plan.stages().getLast().graph()), 0));
    }
  }

  private static String operations(Graph graph) {
    Map<String, Long> counts =
        graph.nodes().stream()
            .collect(Collectors.groupingBy(NodeView::op, TreeMap::new, Collectors.counting()));
    return counts.entrySet().stream()
        .map(entry -> entry.getValue() + " " + entry.getKey())
        .collect(Collectors.joining(", ", "In the end: ", "."));
  }

  private void regions() {
    heading("Regions");
    Map<String, Long> devices =
        plan.steps().stream()
            .collect(Collectors.groupingBy(Plan.Step::device, TreeMap::new, Collectors.counting()));
    devices.forEach((device, count) -> out.println(count + " on " + device));
    for (Plan.Step step : plan.steps()) {
      String remarks =
          (devices.size() > 1 ? step.device() + " " : "")
              + (step.whole() ? "(claimed whole) " : "")
              + (step.reason().isEmpty() ? "" : "(" + step.reason() + ") ");
      String text = Text.indented(remarks + String.join(", ", step.nodes()), NAMES);
      out.println(
          step.name().length() < NAMES
              ? step.name() + text.substring(step.name().length())
              : step.name() + System.lineSeparator() + text);
    }
  }

  private void notes() {
    heading("Refused and changed");
    if (plan.notes().isEmpty()) {
      out.println(
          plan.fallbacks() == 0
              ? "nothing"
              : "nothing but what went to the fallback, with the reasons under Regions");
    }
    plan.notes().forEach(out::println);
  }

  private void programs() {
    heading("Programs");
    out.print(plan.describe().strip().indent(0));
    if (!graph.symbols().isEmpty()) {
      out.println("Give the open dimensions by --dim NAME=N to see the steps of a run:");
      out.println(String.join(", ", graph.symbols().keySet()));
    }
  }

  private void heading(String title) {
    if (started) {
      out.println();
    }
    started = true;
    out.println("== " + title + " " + "=".repeat(Text.COLUMNS - title.length() - 4));
  }
}
