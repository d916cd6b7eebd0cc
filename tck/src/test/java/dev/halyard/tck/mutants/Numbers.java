package dev.halyard.tck.mutants;

import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.Inconclusive;
import dev.halyard.tck.check.NotClaimed;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.check.Subject;
import dev.halyard.tck.numerical.NumericalChecks;
import dev.halyard.tck.run.Runner;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The numerical checks of one device after the other in one process, whose code is compiled once. A
 * device that ends the process, or keeps it too long, has no result here.
 */
final class Numbers implements AutoCloseable {
  private static final long MINUTES = 6;
  // What many devices leave behind, such as threads, should not reach many others.
  private static final int DEVICES_PER_PROCESS = 20;
  private static final String ANSWER = "broken:";

  /** The common pool may have a single thread, and reading blocks it. */
  private static final Executor THREADS = task -> Thread.ofVirtual().start(task);

  private final Path log;
  private @Nullable Process process;
  private int devices;

  Numbers(Path log) {
    this.log = log;
  }

  /** {@return the rules that a device breaks; empty if its process did not live to say} */
  Optional<Set<String>> broken(Settings settings) throws IOException, InterruptedException {
    Process asked = running();
    BufferedWriter requests = asked.outputWriter(StandardCharsets.UTF_8);
    String plugin = settings.pluginClass();
    requests.write(settings.device() + " " + (plugin == null ? "" : plugin) + "\n");
    requests.flush();
    devices++;
    try {
      return CompletableFuture.supplyAsync(() -> answer(asked), THREADS)
          .get(MINUTES, TimeUnit.MINUTES);
    } catch (ExecutionException | TimeoutException e) {
      return Optional.empty();
    } finally {
      if (devices == DEVICES_PER_PROCESS || !asked.isAlive()) {
        close();
      }
    }
  }

  private Process running() throws IOException {
    Process known = process;
    if (known != null && known.isAlive()) {
      return known;
    }
    devices = 0;
    Process started =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Numbers.class.getName())
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    process = started;
    return started;
  }

  private static Optional<Set<String>> answer(Process process) {
    try {
      BufferedReader answers = process.inputReader(StandardCharsets.UTF_8);
      String line = answers.readLine();
      while (line != null && !line.startsWith(ANSWER)) {
        line = answers.readLine();
      }
      return Optional.ofNullable(line)
          .map(found -> found.substring(ANSWER.length()).strip())
          .map(found -> found.isEmpty() ? Set.of() : new TreeSet<>(List.of(found.split(" "))));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    Process known = process;
    if (known != null) {
      known.destroyForcibly();
      process = null;
    }
  }

  /**
   * Answers on the standard output, until its input ends: a line with a device and a plugin's class
   * in, a line with the rules that it breaks out.
   *
   * @param args none
   */
  public static void main(String[] args) throws IOException {
    BufferedReader requests =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = requests.readLine(); line != null; line = requests.readLine()) {
      String[] asked = line.split(" ", -1);
      Settings settings = Settings.quick(asked[0]);
      Set<String> found = check(asked[1].isEmpty() ? settings : settings.plugin(asked[1]));
      System.out.println(ANSWER + " " + String.join(" ", found));
    }
    Runtime.getRuntime().halt(0);
  }

  private static Set<String> check(Settings settings) {
    Set<String> broken = new TreeSet<>();
    try (Subject subject = Subject.open(settings)) {
      Runner runner = new Runner(subject);
      for (Check check : runner.chosen(NumericalChecks.of(subject)).toList()) {
        try {
          runner.run(check);
        } catch (Throwable thrown) { // whatever a device throws is a finding
          if (!(thrown instanceof NotClaimed || thrown instanceof Inconclusive)) {
            broken.add(check.rule().id());
          }
        }
      }
    }
    return broken;
  }
}
