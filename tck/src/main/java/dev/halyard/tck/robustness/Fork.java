package dev.halyard.tck.robustness;

import dev.halyard.tck.check.Crashed;
import dev.halyard.tck.check.Hung;
import dev.halyard.tck.check.Inconclusive;
import dev.halyard.tck.check.NotClaimed;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.check.Subject;
import dev.halyard.tck.check.Trial;
import dev.halyard.tck.check.Verdict;
import dev.halyard.tck.contract.Sample;
import dev.halyard.tck.run.Jvm;
import dev.halyard.tck.run.Tail;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.jr.ob.JSON;

/** Runs a scenario in a process of its own, and tells how that ended. */
public final class Fork {
  private static final String OUTCOME = "halyard.tck.outcome";
  private static final int TAIL_LINES = 60;
  private static final String VERDICT = "verdict";
  private static final String MESSAGE = "message";
  private static final String DATA = "data";
  private static final String REFUSED = "candidates refused";

  private Fork() {}

  /** Runs a scenario in another process, and throws what it ended with. */
  static void run(Trial trial, Scenario scenario) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("halyard-tck-fork");
    try {
      Path outcome = folder.resolve("outcome");
      Path output = folder.resolve("output.log");
      List<String> flags = new ArrayList<>(trial.settings().only(trial.check().id()).toFlags());
      flags.add("-D" + OUTCOME + "=" + outcome);
      flags.add(Sample.flag(trial.subject().deviceId()));
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
      judge(trial, process.exitValue(), outcome, output, folder.resolve("hs_err.log"));
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

  private static void judge(Trial trial, int exit, Path outcome, Path output, Path crash)
      throws IOException {
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
    Map<String, Object> found = JSON.std.mapFrom(Files.readString(outcome));
    String message = String.valueOf(found.get(MESSAGE));
    if (found.get(DATA) instanceof Map<?, ?> data) {
      data.forEach((name, value) -> take(trial, String.valueOf(name), value));
    }
    switch (Verdict.valueOf(String.valueOf(found.get(VERDICT)))) {
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

  /** What is for the report, and what spares the next process a search. */
  private static void take(Trial trial, String name, Object value) {
    if (name.equals(REFUSED) && value instanceof Number refused) {
      Sample.refused(trial.subject().deviceId(), refused.intValue());
    } else {
      trial.record(name, value);
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
    Outcome found = outcome(args[0], args[1]);
    Files.writeString(outcome, found.toJson());
    Runtime.getRuntime().halt(0);
  }

  /** Closing is a part of the scenario: what it throws fails what has passed until then. */
  private static Outcome outcome(String rule, String name) {
    Map<String, Object> data = new LinkedHashMap<>();
    Outcome before = new Outcome(Verdict.PASS, "", data);
    try (Subject subject = Subject.open(Settings.fromSystemProperties())) {
      before = outcome(subject, RobustnessChecks.scenario(rule, name), data);
    } catch (Throwable e) { // whatever a device throws is a finding
      return before.failed("opening or closing the runtime throws " + described(e));
    }
    return before;
  }

  private static Outcome outcome(Subject subject, Scenario scenario, Map<String, Object> data) {
    Trial trial = new Trial(subject, scenario.check());
    try {
      scenario.body().run(trial);
      return new Outcome(Verdict.PASS, "", data);
    } catch (NotClaimed e) {
      return new Outcome(Verdict.SKIPPED, String.valueOf(e.getMessage()), data);
    } catch (Inconclusive e) {
      return new Outcome(Verdict.INCONCLUSIVE, String.valueOf(e.getMessage()), data);
    } catch (AssertionError e) {
      return new Outcome(Verdict.FAIL, String.valueOf(e.getMessage()), data);
    } catch (Throwable e) { // whatever a device throws is a finding
      return new Outcome(Verdict.FAIL, "throws " + described(e), data);
    } finally {
      data.putAll(trial.data());
      data.put(REFUSED, Sample.refused(subject.deviceId()));
    }
  }

  /** How a scenario ended. */
  record Outcome(Verdict verdict, String message, Map<String, Object> data) {
    /** {@return this, failed, with what was known before} */
    Outcome failed(String why) {
      boolean hadPassed = verdict == Verdict.PASS || message.isEmpty();
      return new Outcome(Verdict.FAIL, hadPassed ? why : message + "\nand then: " + why, data);
    }

    String toJson() throws IOException {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put(VERDICT, verdict.name());
      map.put(MESSAGE, message);
      map.put(DATA, data);
      return JSON.std.asString(map);
    }
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
