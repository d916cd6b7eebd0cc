package dev.halyard.tck.run;

import dev.halyard.tck.check.Area;
import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.check.Trial;
import dev.halyard.tck.check.Verdict;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs one area, or a share of it, in a process of its own. A check that kills the process or hangs
 * is noted as such, and another process goes on with the rest. A planned check that never ran
 * counts as crashed.
 */
final class AreaRun {
  private static final String LIVES = "R-001";
  private static final int MAX_RESTARTS = 50;
  private static final long POLL_MILLIS = 100;
  private static final long STARTUP_SECONDS = 60;
  private static final int TAIL_LINES = 15;

  private final Area area;
  private final Settings settings;
  private final List<String> planned;
  private final List<String> elsewhere;
  private final String name;
  private final Path folder;
  private final Consumer<Result> progress;
  private final Launch launch;
  private final List<Result> results = new ArrayList<>();
  private @Nullable Result broken;

  /** Starts the process of an area. */
  @FunctionalInterface
  interface Launch {
    Process start(List<String> flags, File output) throws IOException;
  }

  /** {@return what starts the process of an area} */
  static Launch worker(Area area) {
    return (flags, output) -> Jvm.start(flags, "dev.halyard.tck.Worker", output, area.name());
  }

  /**
   * Prepares a run.
   *
   * @param area what to run
   * @param settings which device
   * @param planned the ids of the checks that are to run; empty if unknown
   * @param folder where logs are kept
   * @param progress told of every result
   * @param launch starts its processes
   */
  AreaRun(
      Area area,
      Settings settings,
      List<String> planned,
      Path folder,
      Consumer<Result> progress,
      Launch launch) {
    this(area, settings, planned, List.of(), area.toString(), folder, progress, launch);
  }

  /**
   * Prepares a share of an area.
   *
   * @param area what to run
   * @param settings which device
   * @param planned the ids of the checks of this share
   * @param elsewhere the ids of the area's other checks, which run beside these
   * @param name of the share's logs
   * @param folder where logs are kept
   * @param progress told of every result
   * @param launch starts its processes
   */
  AreaRun(
      Area area,
      Settings settings,
      List<String> planned,
      List<String> elsewhere,
      String name,
      Path folder,
      Consumer<Result> progress,
      Launch launch) {
    this.area = area;
    this.settings = settings;
    this.planned = List.copyOf(planned);
    this.elsewhere = List.copyOf(elsewhere);
    this.name = name;
    this.folder = folder;
    this.progress = progress;
    this.launch = launch;
  }

  /**
   * {@return the id of the check that an area's process lives}
   *
   * @param area the area
   */
  static String lives(Area area) {
    return LIVES + " " + area;
  }

  /**
   * {@return whether that check is among those that a run is to do}
   *
   * @param settings the run's
   * @param area the area
   */
  static boolean asksForLife(Settings settings, Area area) {
    boolean byRule = settings.rules().isEmpty() || settings.rules().contains(LIVES);
    return byRule && (settings.only() == null || lives(area).equals(settings.only()));
  }

  /** {@return a result per check, and that of the area's process} */
  List<Result> run() throws IOException, InterruptedException {
    runChecks();
    life().ifPresent(this::add);
    addLeft();
    return results;
  }

  /** {@return a result per check of a share; that of its processes is {@link #life}} */
  List<Result> runShare() throws IOException, InterruptedException {
    runChecks();
    addLeft();
    return results;
  }

  private void runChecks() throws IOException, InterruptedException {
    boolean more = true;
    for (int attempt = 0; more && attempt < MAX_RESTARTS; attempt++) {
      more = attempt(attempt);
    }
  }

  /** {@return what became of the processes; empty if they lived and nobody asks} */
  Optional<Result> life() {
    if (broken != null) {
      return Optional.of(broken);
    }
    return asksForLife(settings, area)
        ? Optional.of(result(lives(area), "", "", Verdict.PASS, ""))
        : Optional.empty();
  }

  private void addLeft() {
    left().forEach(id -> add(crashed(id, Verdict.CRASH, "was not run: see " + lives(area))));
  }

  /** {@return whether another process may get further} */
  private boolean attempt(int attempt) throws IOException, InterruptedException {
    Path log = folder.resolve(name + "-" + attempt + ".jsonl");
    Path output = folder.resolve(name + "-" + attempt + ".log");
    int before = results.size();
    LogReader reader = new LogReader(log);
    Process process = start(log, output.toFile());
    boolean hung = follow(process, reader);
    String running = reader.running();
    if (running != null) {
      add(inCheck(running, hung, output));
      return planned.isEmpty() || !left().isEmpty();
    }
    if (!hung && process.exitValue() == 0 && left().isEmpty()) {
      return false;
    }
    if (broken == null) {
      broken = outsideChecks(hung, process, output);
    }
    return !left().isEmpty() && results.size() > before;
  }

  /** {@return the planned checks without a result, but for that of the process itself} */
  private List<String> left() {
    Set<String> done = new HashSet<>();
    results.forEach(result -> done.add(result.id()));
    return planned.stream().filter(id -> !done.contains(id) && !id.equals(lives(area))).toList();
  }

  private Process start(Path log, File output) throws IOException {
    Path done = folder.resolve(name + ".done");
    List<String> others = new ArrayList<>(elsewhere);
    results.forEach(result -> others.add(result.id()));
    Files.write(done, others);
    List<String> flags = new ArrayList<>(settings.toFlags());
    flags.add("-D" + ResultLog.PROPERTY + "=" + log);
    flags.add("-D" + Runner.DONE + "=" + done);
    return launch.start(flags, output);
  }

  /** {@return whether a check took longer than it may; the process has ended in any case} */
  private boolean follow(Process process, LogReader log) throws IOException, InterruptedException {
    Thread onExit = Thread.ofPlatform().unstarted(() -> end(process));
    Runtime.getRuntime().addShutdownHook(onExit);
    String current = "";
    long since = System.nanoTime();
    int done = 0;
    try {
      while (true) {
        boolean ended = process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
        for (Result result : log.next()) {
          add(result);
          done++;
        }
        if (ended) {
          return false;
        }
        String running = log.running();
        String now = running == null ? "after " + done : running;
        if (!now.equals(current)) {
          current = now;
          since = System.nanoTime();
        }
        long limit = running == null ? STARTUP_SECONDS : log.limitSeconds();
        if (System.nanoTime() - since > TimeUnit.SECONDS.toNanos(limit)) {
          return true;
        }
      }
    } finally {
      end(process);
      process.waitFor();
      Runtime.getRuntime().removeShutdownHook(onExit);
    }
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private void add(Result result) {
    results.add(result);
    progress.accept(result);
  }

  private Result inCheck(String id, boolean hung, Path output) throws IOException {
    String what =
        hung
            ? "the check did not end in its time, and its process was killed"
            : "the process of the check died";
    return crashed(
        id,
        hung ? Verdict.TIMEOUT : Verdict.CRASH,
        what + "; the end of its output:\n" + Tail.of(output, TAIL_LINES));
  }

  private Result outsideChecks(boolean hung, Process process, Path output) throws IOException {
    String how = hung ? "hung" : "ended with exit code " + process.exitValue();
    return crashed(
        lives(area),
        hung ? Verdict.TIMEOUT : Verdict.CRASH,
        "the process of area "
            + area
            + " "
            + how
            + " outside its checks, with "
            + left().size()
            + " of them to go; the end of its output:\n"
            + Tail.of(output, TAIL_LINES));
  }

  private Result crashed(String id, Verdict verdict, String message) {
    String[] words = id.split(" ", -1);
    boolean about = words.length > 1 && words[1].contains("/");
    String op = about ? words[1] : "";
    String dtype = about && words.length > 2 ? words[2] : "";
    return result(id, op, dtype, verdict, message);
  }

  private Result result(String id, String op, String dtype, Verdict verdict, String message) {
    return new Result(
        id,
        id.split(" ", -1)[0],
        op,
        dtype,
        true,
        verdict,
        message,
        Trial.seed(settings.seed(), id),
        0,
        Map.of());
  }
}
