package dev.halyard.tck.run;

import dev.halyard.tck.check.Area;
import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.check.Verdict;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Runs one area in a process of its own. A check that kills the process or hangs is noted as such,
 * and another process goes on with the rest.
 */
final class AreaRun {
  private static final int MAX_RESTARTS = 50;
  private static final long POLL_MILLIS = 100;
  private static final long STARTUP_SECONDS = 60;
  private static final int TAIL_LINES = 15;

  private final Area area;
  private final Settings settings;
  private final Path folder;
  private final Consumer<Result> progress;
  private final List<Result> results = new ArrayList<>();

  /**
   * Prepares a run.
   *
   * @param area what to run
   * @param settings which device
   * @param folder where logs are kept
   * @param progress told of every result
   */
  AreaRun(Area area, Settings settings, Path folder, Consumer<Result> progress) {
    this.area = area;
    this.settings = settings;
    this.folder = folder;
    this.progress = progress;
  }

  /** {@return a result per check} */
  List<Result> run() throws IOException, InterruptedException {
    for (int attempt = 0; attempt < MAX_RESTARTS; attempt++) {
      File output = folder.resolve(area + "-" + attempt + ".log").toFile();
      LogReader log = new LogReader(folder.resolve(area + "-" + attempt + ".jsonl"));
      Process process = start(folder.resolve(area + "-" + attempt + ".jsonl"), output);
      boolean hung = follow(process, log);
      String running = log.running();
      if (running != null) {
        add(broken(running, hung ? Verdict.TIMEOUT : Verdict.CRASH, output.toPath()));
      } else if (process.exitValue() != 0 || hung) {
        add(withoutCheck(hung, process, output.toPath()));
        return results;
      } else {
        return results;
      }
    }
    return results;
  }

  private Process start(Path log, File output) throws IOException {
    Path done = folder.resolve(area + ".done");
    Files.write(done, results.stream().map(Result::id).toList());
    List<String> flags = new ArrayList<>(settings.toFlags());
    flags.add("-D" + ResultLog.PROPERTY + "=" + log);
    flags.add("-D" + Runner.DONE + "=" + done);
    return Jvm.start(flags, "dev.halyard.tck.Worker", output, area.name());
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

  private static Result broken(String id, Verdict verdict, Path output) throws IOException {
    String what =
        verdict == Verdict.TIMEOUT
            ? "the check did not end in its time, and its process was killed"
            : "the process of the check died";
    String[] words = id.split(" ", -1);
    boolean about = words.length > 1 && words[1].contains("/");
    return new Result(
        id,
        words[0],
        about ? words[1] : "",
        about && words.length > 2 ? words[2] : "",
        true,
        verdict,
        what + "; the end of its output:\n" + tail(output),
        0,
        0,
        Map.of());
  }

  private Result withoutCheck(boolean hung, Process process, Path output) throws IOException {
    String how = hung ? "hung" : "ended with exit code " + process.exitValue();
    return new Result(
        "R-001 " + area,
        "R-001",
        "",
        "",
        true,
        hung ? Verdict.TIMEOUT : Verdict.CRASH,
        "the process of area "
            + area
            + " "
            + how
            + " outside its checks; the end of its output:\n"
            + tail(output),
        0,
        0,
        Map.of());
  }

  private static String tail(Path output) throws IOException {
    List<String> lines = Files.exists(output) ? Files.readAllLines(output) : List.of();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
  }
}
