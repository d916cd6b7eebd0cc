package dev.halyard.tck.mutants;

import dev.halyard.tck.check.Area;
import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Rule;
import dev.halyard.tck.check.Rules;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.reference.ReferencePlugin;
import dev.halyard.tck.run.Kit;
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
   * Runs what has no result yet.
   *
   * @param args the folder for results, the hash of the sources, where the page goes, and names of
   *     mutants if not all are wanted
   */
  public static void main(String[] args) throws Exception {
    Path folder = Files.createDirectories(Path.of(args[0]));
    List<String> names = List.of(args).subList(3, args.length);
    KillMatrix matrix = new KillMatrix(folder, args[1]);
    List<Map<String, Object>> rows = matrix.rows(names);
    List<String> rules = Rules.all().stream().map(Rule::id).toList();
    String json = JSON.std.asString(Map.of("mutants", rows, "rules", rules));
    Files.writeString(folder.resolve("kill-matrix.json"), json + "\n");
    Files.writeString(Path.of(args[2]), page(rows));
    boolean good =
        rows.stream().allMatch(row -> Set.of(CLEAN, KILLED).contains(row.get("verdict")));
    System.exit(good ? 0 : 1);
  }

  private List<Map<String, Object>> rows(List<String> names) throws Exception {
    List<Class<?>> mutants =
        Mutants.all().stream()
            .filter(type -> names.isEmpty() || names.contains(type.getSimpleName()))
            .toList();
    List<Map<String, Object>> rows = new ArrayList<>();
    rows.add(row("cpu", "none: the CPU plugin", List.of(), List.of(), Settings.quick("cpu:0")));
    Settings reference = Settings.quick("reference:0").plugin(ReferencePlugin.class.getName());
    rows.add(row("reference", "none: the interpreter", List.of(), List.of(), reference));
    for (Class<?> like : List.of(TimeMutants.Emulated.class, TimeMutants.KeepsLevels.class)) {
      Settings settings = Settings.quick("mutant:0").plugin(like.getName());
      rows.add(row(like.getSimpleName(), "none: a correct device", List.of(), List.of(), settings));
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
