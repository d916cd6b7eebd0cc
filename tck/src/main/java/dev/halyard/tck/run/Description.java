package dev.halyard.tck.run;

import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Settings;
import dev.halyard.tck.check.Trial;
import dev.halyard.tck.check.Verdict;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.jr.ob.JSON;

/**
 * What a run would be about, found out by a process of its own: the plugin's code never runs in the
 * kit's first process.
 *
 * @param environment what is tested, where and when
 * @param plan the checks
 */
public record Description(Map<String, Object> environment, Plan plan) {
  /** The argument that makes the kit's worker describe and end. */
  public static final String ARGUMENT = "DESCRIBE";

  /** The id of what fails where a device cannot be described. */
  public static final String ID = "R-001 description";

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int TAIL_LINES = 30;
  private static final String ERROR = "error";

  /** What the runtime says of an isolated plugin that does not answer. */
  private static final String HANGS = "its process hangs";

  /** Thrown where there is nothing to run: no such device, plugin or check. */
  public static final class NothingToRunException extends Exception {
    private static final long serialVersionUID = 1;

    NothingToRunException(String message) {
      super(message);
    }
  }

  /** Thrown where the plugin broke before it could be put to any check. */
  public static final class BrokenException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Result result;

    BrokenException(Settings settings, Verdict verdict, String message) {
      super(message);
      long seed = Trial.seed(settings.seed(), ID);
      result = new Result(ID, "R-001", "", "", true, verdict, message, seed, 0, Map.of());
    }

    /** {@return the failure of rule R-001 that this is} */
    public Result result() {
      return result;
    }
  }

  /** Starts the process that describes. */
  @FunctionalInterface
  interface Launch {
    Process start(File output, Path answer) throws IOException;
  }

  /**
   * {@return the description of a device}
   *
   * @param settings which device, and which checks of it
   * @throws NothingToRunException if there is no such device, plugin or check; the message says
   *     what there is
   * @throws BrokenException if the plugin crashed or hung while it was asked
   * @throws IOException if no process can be started
   * @throws InterruptedException if interrupted
   */
  public static Description of(Settings settings)
      throws NothingToRunException, BrokenException, IOException, InterruptedException {
    return of(
        settings,
        LIMIT,
        (output, answer) ->
            Jvm.start(
                settings.toFlags(), "dev.halyard.tck.Worker", output, ARGUMENT, answer.toString()));
  }

  static Description of(Settings settings, Duration limit, Launch launch)
      throws NothingToRunException, BrokenException, IOException, InterruptedException {
    Path folder = Files.createTempDirectory("halyard-tck-describe");
    Path answer = folder.resolve("answer.json");
    Path output = folder.resolve("output.log");
    try {
      await(launch.start(output.toFile(), answer), settings, limit, output);
      return read(settings, JSON.std.mapFrom(Files.readString(answer)));
    } finally {
      Kit.delete(folder);
    }
  }

  private static void await(Process process, Settings settings, Duration limit, Path output)
      throws BrokenException, IOException, InterruptedException {
    boolean ended;
    try {
      ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }
    if (!ended) {
      throw broken(settings, Verdict.TIMEOUT, "took more than " + limit.toSeconds() + " s", output);
    }
    if (!Files.exists(output.resolveSibling("answer.json"))) {
      String how = "ended with exit code " + process.exitValue();
      throw broken(settings, Verdict.CRASH, how, output);
    }
  }

  private static BrokenException broken(Settings settings, Verdict verdict, String how, Path output)
      throws IOException {
    return new BrokenException(
        settings,
        verdict,
        "the process that looks for the device and lists its checks "
            + how
            + "; the end of its output:\n"
            + Tail.of(output, TAIL_LINES));
  }

  @SuppressWarnings("unchecked") // written by write()
  private static Description read(Settings settings, Map<String, Object> content)
      throws NothingToRunException, BrokenException {
    if (content.containsKey(ERROR)) {
      String message = String.valueOf(content.get(ERROR));
      Matcher probe = brokenProbe(settings.device()).matcher(message);
      if (!probe.find()) {
        throw new NothingToRunException(message);
      }
      boolean hung = probe.group(1).equals("hung") || probe.group(2).contains(HANGS);
      Verdict verdict = hung ? Verdict.TIMEOUT : Verdict.CRASH;
      throw new BrokenException(settings, verdict, message);
    }
    return new Description(
        (Map<String, Object>) Objects.requireNonNull(content.get("environment")),
        Plan.from((Map<String, Object>) Objects.requireNonNull(content.get("plan"))));
  }

  /** Discovery goes on without a plugin that breaks; its reason stands where the device should. */
  private static Pattern brokenProbe(String device) {
    String plugin = device.replaceFirst(":.*", "");
    return Pattern.compile("(?m)^  " + Pattern.quote(plugin) + ": its probe (failed|hung): (.*)");
  }

  /**
   * Writes this where the parent process looks for it.
   *
   * @param file where
   * @throws IOException if it cannot be written
   */
  public void write(Path file) throws IOException {
    write(file, Map.of("environment", environment, "plan", plan.toMap()));
  }

  /**
   * Writes why there is nothing to describe.
   *
   * @param file where
   * @param message why
   * @throws IOException if it cannot be written
   */
  public static void writeError(Path file, String message) throws IOException {
    write(file, Map.of(ERROR, message));
  }

  /** A process that dies while it writes must leave no half an answer. */
  private static void write(Path file, Map<String, Object> content) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    Files.writeString(part, JSON.std.asString(content));
    Files.move(part, file);
  }
}
