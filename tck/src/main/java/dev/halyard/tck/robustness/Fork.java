package dev.halyard.tck.robustness;

import dev.halyard.tck.check.Crashed;
import dev.halyard.tck.check.Hung;
import dev.halyard.tck.check.Inconclusive;
import dev.halyard.tck.check.NotClaimed;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.check.Subject;
import dev.halyard.tck.check.Trial;
import dev.halyard.tck.check.Verdict;
import dev.halyard.tck.run.Jvm;
import dev.halyard.tck.run.Tail;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs a scenario in a process of its own, and tells how that ended. */
public final class Fork {
  private static final String OUTCOME = "halyard.tck.outcome";
  private static final int TAIL_LINES = 60;
  private static final int DEFECT = 70;

  private Fork() {}

  /** Runs a scenario in another process, and throws what it ended with. */
  static void run(Trial trial, Scenario scenario) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("halyard-tck-fork");
    try {
      Path outcome = folder.resolve("outcome");
      Path output = folder.resolve("output.log");
      List<String> flags = new ArrayList<>(trial.settings().only(trial.check().id()).toFlags());
      flags.add("-D" + OUTCOME + "=" + outcome);
      flags.add("-XX:ErrorFile=" + folder.resolve("hs_err.log"));
      flags.add("-XX:-CreateCoredumpOnCrash");
      Process process =
          Jvm.start(flags, Fork.class.getName(), output.toFile(), scenario.rule(), scenario.name());
      boolean ended = process.waitFor(scenario.limit().toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        dumpThreads(process);
        throw new Hung(
            "the process did not end in "
                + scenario.limit().toSeconds()
                + " s; the end of its"
                + " output, with all threads:\n"
                + Tail.of(output, TAIL_LINES));
      }
      judge(process.exitValue(), outcome, output, folder.resolve("hs_err.log"));
    } finally {
      delete(folder);
    }
  }

  /** SIGQUIT makes a JVM print its threads. */
  private static void dumpThreads(Process process) throws IOException, InterruptedException {
    try {
      new ProcessBuilder("kill", "-QUIT", Long.toString(process.pid())).start().waitFor();
      process.waitFor(2, TimeUnit.SECONDS);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }
  }

  private static void judge(int exit, Path outcome, Path output, Path crash) throws IOException {
    if (!Files.exists(outcome)) {
      String report = Files.exists(crash) ? summary(crash) : "";
      throw new Crashed(
          "the process ended with exit code "
              + exit
              + " in the middle of the check; "
              + report
              + "the end of its output:\n"
              + Tail.of(output, TAIL_LINES));
    }
    List<String> lines = Files.readAllLines(outcome);
    String message = String.join("\n", lines.subList(1, lines.size()));
    switch (Verdict.valueOf(lines.getFirst())) {
      case PASS -> {
        if (exit != 0) {
          throw new Crashed(
              "the check passed, and then the process ended with exit code "
                  + exit
                  + "; the end of its output:\n"
                  + Tail.of(output, TAIL_LINES));
        }
      }
      case SKIPPED -> throw new NotClaimed(message);
      case INCONCLUSIVE -> throw new Inconclusive(message);
      default -> throw new AssertionError(message);
    }
  }

  /** The first lines of a crash report that are not comments say where it was. */
  private static String summary(Path crash) throws IOException {
    try (Stream<String> lines = Files.lines(crash, StandardCharsets.ISO_8859_1)) {
      List<String> head =
          lines.limit(40).filter(line -> line.startsWith("# ") && line.length() > 3).toList();
      return "its crash report:\n" + String.join("\n", head) + "\n";
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /**
   * The process of one scenario. The device comes as system properties.
   *
   * @param args the rule and the name of the scenario
   * @throws IOException if the outcome cannot be written
   */
  public static void main(String[] args) throws IOException {
    Path outcome = Path.of(System.getProperty(OUTCOME));
    List<String> lines = new ArrayList<>();
    int exit = 0;
    try (Subject subject = Subject.open(Settings.fromSystemProperties())) {
      Scenario scenario = RobustnessChecks.scenario(args[0], args[1]);
      scenario.body().run(new Trial(subject, scenario.check()));
      lines.add(Verdict.PASS.name());
    } catch (NotClaimed e) {
      lines.addAll(List.of(Verdict.SKIPPED.name(), String.valueOf(e.getMessage())));
    } catch (Inconclusive e) {
      lines.addAll(List.of(Verdict.INCONCLUSIVE.name(), String.valueOf(e.getMessage())));
    } catch (AssertionError e) {
      lines.addAll(List.of(Verdict.FAIL.name(), String.valueOf(e.getMessage())));
    } catch (Throwable e) { // whatever a device throws is a finding
      lines.addAll(List.of(Verdict.FAIL.name(), "throws " + described(e)));
      exit = DEFECT;
    }
    Files.write(outcome, lines);
    Runtime.getRuntime().halt(exit);
  }

  private static String described(Throwable thrown) {
    StringBuilder text = new StringBuilder(thrown.toString());
    for (StackTraceElement frame :
        List.of(thrown.getStackTrace()).subList(0, Math.min(8, thrown.getStackTrace().length))) {
      text.append("\n    at ").append(frame);
    }
    return text.toString();
  }
}
