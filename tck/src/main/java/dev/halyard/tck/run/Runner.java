package dev.halyard.tck.run;

import dev.halyard.tck.check.Area;
import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.Crashed;
import dev.halyard.tck.check.Exclusion;
import dev.halyard.tck.check.Exclusions;
import dev.halyard.tck.check.Hung;
import dev.halyard.tck.check.Inconclusive;
import dev.halyard.tck.check.NotClaimed;
import dev.halyard.tck.check.Result;
import dev.halyard.tck.check.Subject;
import dev.halyard.tck.check.Trial;
import dev.halyard.tck.check.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs checks one by one and logs what becomes of them. */
public final class Runner {
  /** The property that names a file of check ids, a line each, that are not to run again. */
  static final String DONE = "halyard.tck.done";

  private final Subject subject;
  private final Set<String> excluded;
  private final @Nullable ResultLog log;

  /**
   * Makes a runner, which logs where the property {@code halyard.tck.log} says.
   *
   * @param subject the device
   */
  public Runner(Subject subject) {
    this(subject, Exclusions.all());
  }

  Runner(Subject subject, List<Exclusion> exclusions) {
    this.subject = subject;
    excluded = exclusions.stream().map(Exclusion::check).collect(Collectors.toUnmodifiableSet());
    String file = System.getProperty(ResultLog.PROPERTY);
    log = file == null ? null : new ResultLog(Path.of(file));
  }

  /**
   * {@return what a run is to do}
   *
   * @param checks all there are of each area
   */
  public Plan plan(Map<Area, List<Check>> checks) {
    Map<Area, List<String>> ids = new EnumMap<>(Area.class);
    checks.forEach((area, all) -> ids.put(area, ids(area, all)));
    return Plan.of(ids);
  }

  /** That the area's process lives is a check too, made by the process that starts it. */
  private List<String> ids(Area area, List<Check> checks) {
    Stream<String> ids = chosen(checks).map(Check::id);
    boolean life = AreaRun.asksForLife(subject.settings(), area);
    return (life ? Stream.concat(ids, Stream.of(AreaRun.lives(area))) : ids).toList();
  }

  /**
   * {@return those checks that are to run}
   *
   * @param checks all there are
   */
  public Stream<Check> chosen(List<Check> checks) {
    requireDistinct(checks);
    String only = subject.settings().only();
    Set<String> done = done();
    List<String> rules = subject.settings().rules();
    return checks.stream()
        .filter(check -> rules.isEmpty() || rules.contains(check.rule().id()))
        .filter(check -> only == null || check.id().equals(only))
        .filter(check -> !excluded.contains(check.id()))
        .filter(check -> !done.contains(check.id()));
  }

  private static void requireDistinct(List<Check> checks) {
    Set<String> ids = new HashSet<>();
    for (Check check : checks) {
      if (!ids.add(check.id())) {
        throw new IllegalStateException("two checks have the id '" + check.id() + "'");
      }
    }
  }

  private static Set<String> done() {
    String file = System.getProperty(DONE);
    try {
      return file == null ? Set.of() : Set.copyOf(Files.readAllLines(Path.of(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs a check.
   *
   * @param check what to run
   * @throws Throwable whatever the check ends with
   */
  public void run(Check check) throws Throwable {
    Trial trial = new Trial(subject, check);
    if (log != null) {
      log.started(check);
    }
    long start = System.nanoTime();
    Throwable thrown = attempt(check, trial);
    long millis = (System.nanoTime() - start) / 1_000_000;
    if (log != null) {
      log.finished(result(trial, thrown, millis));
    }
    if (thrown instanceof VirtualMachineError) {
      // JUnit gives up the whole area where it meets one, such as an OutOfMemoryError.
      throw new AssertionError(thrown.toString(), thrown);
    }
    if (thrown != null) {
      throw thrown;
    }
  }

  private static @Nullable Throwable attempt(Check check, Trial trial) {
    try {
      check.body().run(trial);
      return null;
    } catch (Throwable thrown) { // whatever a device throws is a finding
      return thrown;
    }
  }

  private static Result result(Trial trial, @Nullable Throwable thrown, long millis) {
    Check check = trial.check();
    Map<String, Object> data = new LinkedHashMap<>(trial.data());
    if (thrown instanceof Inconclusive open && open.isNoisy()) {
      data.put(Result.NOISY, true);
    }
    return new Result(
        check.id(),
        check.rule().id(),
        check.op(),
        check.dtype(),
        check.required() || trial.settings().isFull(),
        verdict(thrown),
        message(thrown),
        trial.seed(),
        millis,
        data);
  }

  private static Verdict verdict(@Nullable Throwable thrown) {
    return switch (thrown) {
      case null -> Verdict.PASS;
      case NotClaimed _ -> Verdict.SKIPPED;
      case Inconclusive _ -> Verdict.INCONCLUSIVE;
      case Crashed _ -> Verdict.CRASH;
      case Hung _ -> Verdict.TIMEOUT;
      default -> Verdict.FAIL;
    };
  }

  private static String message(@Nullable Throwable thrown) {
    if (thrown == null) {
      return "";
    }
    boolean plain = thrown instanceof AssertionError || verdict(thrown) != Verdict.FAIL;
    return plain && thrown.getMessage() != null ? thrown.getMessage() : thrown.toString();
  }
}
