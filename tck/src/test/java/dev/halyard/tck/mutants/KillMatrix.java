package dev.halyard.tck.mutants;

import dev.halyard.tck.check.Area;
import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.run.Kit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import tools.jackson.jr.ob.JSON;

/**
 * Every mutant against every rule, and correct devices that no rule may fail. Started by
 * scripts/kill-matrix.sh.
 */
final class KillMatrix {
  private static final String CLEAN = "clean";
  private static final String KILLED = "killed";

  private final Path folder;
  private final String hash;

  private KillMatrix(Path folder, String hash) {
    this.folder = folder;
    this.hash = hash;
  }

  /**
   * Runs what has no result yet; the page and the report's data are written when all is run.
   *
   * @param args the folder for results, the hash of the sources, where the page and the data go,
   *     and names of mutants if not all are wanted
   */
  public static void main(String[] args) throws Exception {
    Path folder = Files.createDirectories(Path.of(args[0]));
    List<String> names = List.of(args).subList(4, args.length);
    List<Map<String, Object>> rows = new KillMatrix(folder, args[1]).rows(names);
    if (names.isEmpty()) {
      Files.writeString(Path.of(args[2]), page(rows));
      Files.writeString(Path.of(args[3]), data(rows));
    }
    boolean good =
        rows.stream().allMatch(row -> Set.of(CLEAN, KILLED).contains(row.get("verdict")));
    System.exit(good ? 0 : 1);
  }

  /** A mutant a line, so that a change shows. */
  private static String data(List<Map<String, Object>> rows) throws IOException {
    StringBuilder text = new StringBuilder("{\"mutants\": [\n");
    for (int i = 0; i < rows.size(); i++) {
      text.append(JSON.std.asString(rows.get(i))).append(i + 1 < rows.size() ? ",\n" : "\n");
    }
    return text.append("]}\n").toString();
  }

  private List<Map<String, Object>> rows(List<String> names) throws Exception {
    List<Class<?>> mutants =
        Mutants.all().stream()
            .filter(type -> names.isEmpty() || names.contains(type.getSimpleName()))
            .toList();
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Map.Entry<String, Settings> device : Mutants.correct().entrySet()) {
      rows.add(row(device.getKey(), "none: correct", List.of(), List.of(), device.getValue()));
    }
    int correct = rows.size();
    long start = System.nanoTime();
    for (Class<?> mutant : mutants) {
      Breaks breaks = mutant.getAnnotation(Breaks.class);
      Settings settings = Settings.quick("mutant:0").plugin(mutant.getName());
      List<String> aim = List.of(breaks.aim());
      List<String> also = List.of(breaks.also());
      rows.add(row(mutant.getSimpleName(), breaks.fault(), aim, also, settings));
      int done = rows.size() - correct;
      long left = (System.nanoTime() - start) / done * (mutants.size() - done) / 1_000_000_000;
      System.err.printf(
          "%d/%d %s: %s, about %d s left%n",
          done, mutants.size(), mutant.getSimpleName(), rows.getLast().get("verdict"), left);
    }
    return rows;
  }

  private Map<String, Object> row(
      String name, String fault, List<String> aim, List<String> also, Settings settings)
      throws Exception {
    Path file = folder.resolve(name + "-" + hash + ".json");
    if (Files.exists(file)) {
      return JSON.std.mapFrom(Files.readString(file));
    }
    List<Result> results =
        Kit.run(settings, EnumSet.allOf(Area.class), folder.resolve(name), result -> {});
    Set<String> broken = new TreeSet<>();
    results.stream().filter(r -> r.verdict().isFailure()).map(Result::rule).forEach(broken::add);
    Set<String> breaks = new TreeSet<>(aim);
    breaks.addAll(also);
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", name);
    row.put("fault", fault);
    row.put("breaks", List.copyOf(breaks));
    row.put("killedBy", List.copyOf(broken));
    row.put("verdict", verdict(aim, breaks, broken, results.isEmpty()));
    Files.writeString(file, JSON.std.asString(row));
    return row;
  }

  private static String verdict(
      List<String> aim, Set<String> breaks, Set<String> broken, boolean none) {
    if (none) {
      return "not run";
    }
    if (!breaks.containsAll(broken)) {
      return "failed by another rule";
    }
    if (!broken.containsAll(aim)) {
      return broken.isEmpty() ? "survived" : "missed by a rule made for it";
    }
    return aim.isEmpty() ? CLEAN : KILLED;
  }

  private static String page(List<Map<String, Object>> rows) {
    List<String> rules =
        rows.stream()
            .flatMap(row -> Stream.of("breaks", "killedBy").flatMap(key -> ids(row, key).stream()))
            .distinct()
            .sorted()
            .toList();
    StringBuilder page = new StringBuilder("# Mutants against rules\n\n");
    page.append(
        "Plugins with one fault each, and correct ones, through a quick run of the whole kit."
            + " Written by scripts/kill-matrix.sh.\n\n");
    page.append("X: found. o: the rule may find it and did not. !: found by a rule it keeps.\n\n");
    page.append("| Mutant | Fault | Verdict | ").append(String.join(" | ", rules)).append(" |\n");
    page.append("|---".repeat(rules.size() + 3)).append("|\n");
    for (Map<String, Object> row : rows) {
      page.append(
          "| %s | %s | %s |".formatted(row.get("name"), row.get("fault"), row.get("verdict")));
      for (String rule : rules) {
        page.append(' ').append(mark(row, rule)).append(" |");
      }
      page.append('\n');
    }
    return page.toString();
  }

  private static String mark(Map<String, Object> row, String rule) {
    boolean found = ids(row, "killedBy").contains(rule);
    boolean broken = ids(row, "breaks").contains(rule);
    return found ? (broken ? "X" : "!") : (broken ? "o" : "");
  }

  private static List<String> ids(Map<String, Object> row, String key) {
    return ((List<?>) row.get(key)).stream().map(String::valueOf).toList();
  }
}
