package dev.halyard.tck.mutants;

import dev.halyard.tck.check.Area;
import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Rule;
import dev.halyard.tck.check.Rules;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.run.Kit;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.attribute.RuntimeVisibleAnnotationsAttribute;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import tools.jackson.jr.ob.JSON;

/**
 * Every mutant against every rule, and correct devices that no rule may fail. Started by
 * scripts/kill-matrix.sh. Numerical checks share processes ({@link Numbers}), all others run as the
 * kit runs them. The data file is its memory: what it holds for the same sources is not run again,
 * and it is written after every mutant, so that a run may be cut short and go on elsewhere.
 */
final class KillMatrix {
  private static final Set<String> GOOD = Set.of("clean", "killed");

  private final Path folder;
  private final Path page;
  private final Path data;
  private final String sources;
  private final Map<String, Map<String, Object>> rows = new TreeMap<>();
  private final List<Subject> subjects = new ArrayList<>();
  private final Queue<Numbers> processes = new ConcurrentLinkedQueue<>();

  /** A device to run: a mutant, or a correct one. */
  private record Subject(
      String name, String fault, Set<String> aim, Set<String> also, Settings settings, String key) {
    boolean readsTheClock() {
      return aim.stream().anyMatch(rule -> rule.startsWith("L-1") || rule.startsWith("L-2"));
    }
  }

  private KillMatrix(Path folder, String sources, Path page, Path data) throws Exception {
    this.folder = folder;
    this.sources = sources;
    this.page = page;
    this.data = data;
    for (Map.Entry<String, Settings> device : Mutants.correct().entrySet()) {
      Settings settings = device.getValue();
      String key = settings.pluginClass() == null ? "" : settings.pluginClass();
      subjects.add(
          new Subject(device.getKey(), "", Set.of(), Set.of(), settings, key(classNamed(key))));
    }
    for (Class<?> mutant : Mutants.all()) {
      Breaks breaks = mutant.getAnnotation(Breaks.class);
      subjects.add(
          new Subject(
              mutant.getSimpleName(),
              breaks.fault(),
              Set.of(breaks.aim()),
              Set.of(breaks.also()),
              Settings.quick("mutant:0").plugin(mutant.getName()),
              key(mutant)));
    }
    remember();
  }

  /**
   * Runs what has no result yet.
   *
   * @param args the folder for reports, the hash of the sources that all share, the page and the
   *     data file to write, how many to run at a time, and names if not all are wanted
   */
  public static void main(String[] args) throws Exception {
    Path folder = Files.createDirectories(Path.of(args[0]));
    KillMatrix matrix = new KillMatrix(folder, args[1], Path.of(args[2]), Path.of(args[3]));
    boolean good = matrix.run(Integer.parseInt(args[4]), List.of(args).subList(5, args.length));
    System.exit(good ? 0 : 1);
  }

  private static Class<?> classNamed(String name) throws ClassNotFoundException {
    return name.isEmpty() ? KillMatrix.class : Class.forName(name);
  }

  /**
   * Hashes a class without its annotations, as what a mutant may break is judged anew each time,
   * and without line numbers, which the annotations of its neighbours move.
   */
  private String key(Class<?> type) throws Exception {
    String file = "/" + type.getName().replace('.', '/') + ".class";
    byte[] code = sources.getBytes(StandardCharsets.UTF_8);
    if (type != KillMatrix.class) {
      try (InputStream in = KillMatrix.class.getResourceAsStream(file)) {
        // What is passed through whole keeps line numbers, and a shared pool dropped texts.
        ClassFile classes =
            ClassFile.of(
                ClassFile.LineNumbersOption.DROP_LINE_NUMBERS,
                ClassFile.ConstantPoolSharingOption.NEW_POOL,
                ClassFile.StackMapsOption.DROP_STACK_MAPS);
        code =
            classes.transformClass(
                classes.parse(in.readAllBytes()),
                ClassTransform.dropping(RuntimeVisibleAnnotationsAttribute.class::isInstance)
                    .andThen(ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)));
      }
    }
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update(sources.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest.digest(code), 0, 8);
  }

  /** Keeps the rows of the data file that are about these sources. */
  private void remember() throws IOException {
    if (!Files.exists(data)) {
      return;
    }
    Map<String, Map<String, Object>> kept = new TreeMap<>();
    for (Object row : (List<?>) JSON.std.mapFrom(Files.readString(data)).get("mutants")) {
      Map<String, Object> map = new LinkedHashMap<>();
      ((Map<?, ?>) row).forEach((name, value) -> map.put(String.valueOf(name), value));
      kept.put(String.valueOf(map.get("name")), map);
    }
    for (Subject subject : subjects) {
      Map<String, Object> row = kept.get(subject.name);
      if (row != null && subject.key.equals(row.get("sources"))) {
        rows.put(subject.name, row(subject, new TreeSet<>(ids(row, "killedBy")), false));
      }
    }
  }

  /** Those that read the clock run last and one by one, so that nothing disturbs them. */
  private boolean run(int jobs, List<String> names) throws Exception {
    List<Subject> wanted =
        subjects.stream()
            .filter(subject -> names.isEmpty() || names.contains(subject.name))
            .toList();
    List<Subject> open = wanted.stream().filter(s -> !rows.containsKey(s.name)).toList();
    System.err.printf("%d of %d are known%n", wanted.size() - open.size(), wanted.size());
    write();
    try (ExecutorService pool = Executors.newFixedThreadPool(jobs)) {
      List<Callable<Void>> tasks = new ArrayList<>();
      open.stream().filter(s -> !s.readsTheClock()).forEach(s -> tasks.add(task(s)));
      for (Future<Void> one : pool.invokeAll(tasks)) {
        one.get();
      }
    }
    for (Subject subject : open.stream().filter(Subject::readsTheClock).toList()) {
      run(subject);
    }
    processes.forEach(Numbers::close);
    return wanted.stream().allMatch(s -> GOOD.contains(rows.get(s.name).get("verdict")));
  }

  private Callable<Void> task(Subject subject) {
    return () -> {
      run(subject);
      return null;
    };
  }

  private void run(Subject subject) throws Exception {
    Optional<Set<String>> numbers = numbers(subject.settings);
    EnumSet<Area> areas = EnumSet.allOf(Area.class);
    numbers.ifPresent(found -> areas.remove(Area.NUMERICAL));
    List<Result> results =
        Kit.run(subject.settings, areas, folder.resolve(subject.name), result -> {});
    Set<String> broken = new TreeSet<>(numbers.orElse(Set.of()));
    results.stream().filter(r -> r.verdict().isFailure()).map(Result::rule).forEach(broken::add);
    synchronized (this) {
      rows.put(subject.name, row(subject, broken, results.isEmpty()));
      write();
      System.err.printf(
          "%d/%d %s: %s%n",
          rows.size(), subjects.size(), subject.name, rows.get(subject.name).get("verdict"));
    }
  }

  /** {@return the numerical rules that a device breaks; empty if the kit must find that out} */
  private Optional<Set<String>> numbers(Settings settings) throws Exception {
    Numbers idle = Optional.ofNullable(processes.poll()).orElseGet(this::moreNumbers);
    try {
      return idle.broken(settings);
    } finally {
      processes.add(idle);
    }
  }

  private Numbers moreNumbers() {
    return new Numbers(folder.resolve("numbers.log"));
  }

  private static Map<String, Object> row(Subject subject, Set<String> broken, boolean none) {
    Set<String> breaks = new TreeSet<>(subject.aim);
    breaks.addAll(subject.also);
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", subject.name);
    row.put("fault", subject.fault.isEmpty() ? "none: correct" : subject.fault);
    row.put("aim", List.copyOf(new TreeSet<>(subject.aim)));
    row.put("breaks", List.copyOf(breaks));
    row.put("killedBy", List.copyOf(broken));
    row.put("verdict", verdict(subject.aim, breaks, broken, none));
    row.put("sources", subject.key);
    return row;
  }

  private static String verdict(
      Set<String> aim, Set<String> breaks, Set<String> broken, boolean none) {
    if (none) {
      return "not run";
    }
    if (!breaks.containsAll(broken)) {
      return "failed by another rule";
    }
    if (!broken.containsAll(aim)) {
      return broken.isEmpty() ? "survived" : "missed by a rule made for it";
    }
    return aim.isEmpty() ? "clean" : "killed";
  }

  /** A mutant a line, so that a change shows. */
  private void write() throws IOException {
    List<String> lines = new ArrayList<>();
    for (Map<String, Object> row : rows.values()) {
      lines.add(JSON.std.asString(row));
    }
    Files.writeString(data, "{\"mutants\": [\n" + String.join(",\n", lines) + "\n]}\n");
    Files.writeString(page, text());
  }

  private String text() {
    StringBuilder text = new StringBuilder("# Mutants against rules\n\n");
    text.append(
        "Plugins with one fault each, and correct ones, through a quick run of the whole kit: "
            + rows.size()
            + " of "
            + subjects.size()
            + ". Written by scripts/kill-matrix.sh.\n\n"
            + "| plugin | fault | verdict | found by | made to find it | may find it, too |\n"
            + "|---|---|---|---|---|---|\n");
    for (Map<String, Object> row : rows.values()) {
      Set<String> also = new TreeSet<>(ids(row, "breaks"));
      also.removeAll(ids(row, "aim"));
      text.append(
          "| %s | %s | %s | %s | %s | %s |\n"
              .formatted(
                  row.get("name"),
                  row.get("fault"),
                  row.get("verdict"),
                  String.join(" ", ids(row, "killedBy")),
                  String.join(" ", ids(row, "aim")),
                  String.join(" ", also)));
    }
    text.append("\n## What each rule found\n\n| rule | mutants |\n|---|---|\n");
    for (Rule rule : Rules.all()) {
      text.append(
          "| %s %s | %s |\n".formatted(rule.id(), rule.title(), String.join(", ", by(rule))));
    }
    return text.toString();
  }

  private List<String> by(Rule rule) {
    return rows.values().stream()
        .filter(row -> ids(row, "killedBy").contains(rule.id()))
        .map(row -> String.valueOf(row.get("name")))
        .toList();
  }

  private static List<String> ids(Map<String, Object> row, String key) {
    return row.get(key) instanceof List<?> list
        ? list.stream().map(String::valueOf).toList()
        : List.of();
  }
}
