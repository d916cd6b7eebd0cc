package dev.halyard.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.DevicePlugin;
import dev.halyard.spi.DriverContext;
import dev.halyard.spi.PluginInfo;
import dev.halyard.spi.ProbeContext;
import dev.halyard.spi.ProbeSink;
import dev.halyard.spi.Spi;
import dev.halyard.tck.check.Rule;
import dev.halyard.tck.check.Rules;
import dev.halyard.tck.wrap.WrappedPlugin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TckCommandTests extends CommandHarness {
  @TempDir Path folder;

  private void requireUsage(String message, String... arguments) {
    assertEquals(2, run(arguments), err::toString);
    assertTrue(err.toString().contains(message), err::toString);
  }

  @Test
  void anUnknownDeviceIsAUsageErrorThatListsTheOthers() {
    Path report = folder.resolve("report");

    requireUsage(
        "there is no device 'nope:0'; found are\n  cpu:0",
        "--device",
        "nope:0",
        "--report",
        report.toString());
    assertFalse(Files.exists(report));
  }

  @Test
  void aDeviceIsAskedFor() {
    requireUsage("'--device=ID'", "--profile", "quick");
  }

  @Test
  void anUnknownProfileIsAUsageErrorThatListsTheOthers() {
    requireUsage("[quick, full]", "--device", "cpu:0", "--profile", "slow");
  }

  @Test
  void noProcessesAreTooFew() {
    requireUsage("--jobs 0: wants 1 to 64", "--device", "cpu:0", "--jobs", "0");
  }

  @Test
  void severalProcessesGiveTheResultsOfOne() throws Exception {
    List<String> results = new ArrayList<>();
    for (String jobs : List.of("1", "3")) {
      Path report = folder.resolve("report-" + jobs);
      assertEquals(
          0,
          run(
              "--device",
              "cpu:0",
              "--rule",
              "N-104,R-001",
              "--only",
              "numerical",
              "--seed",
              "5",
              "--jobs",
              jobs,
              "--report",
              report.toString()),
          err::toString);
      results.add(
          Files.readString(report.resolve("results.jsonl"))
              .replaceAll("\"millis\":\\d+", "\"millis\":0"));
    }
    assertEquals(results.getFirst(), results.getLast());
  }

  @Test
  void anUnknownRuleIsAUsageError() {
    requireUsage("no rule 'N-999'", "--device", "cpu:0", "--rule", "N-999");
  }

  @Test
  void anUnknownCheckIsAUsageError() {
    requireUsage("there is no check", "--device", "cpu:0", "--case", "N-301 no such");
  }

  @Test
  void aPluginFolderThatIsNotThereIsAUsageError() {
    requireUsage("there is no such folder", "--device", "cpu:0", "--plugin", "no-such-folder");
  }

  @Test
  void aClassThatIsNoPluginIsAUsageError() {
    requireUsage("is no plugin", "--device", "cpu:0", "--plugin-class", "java.lang.String");
  }

  @Test
  void aSeedGivesTheSameRunAgain() throws Exception {
    String[] arguments = {
      "--device", "cpu:0", "--case", "N-301 matmul/1 F32 S3 K=37", "--seed", "7", "--report", ""
    };
    for (String name : List.of("one", "two")) {
      arguments[arguments.length - 1] = folder.resolve(name).toString();
      assertEquals(0, run(arguments), err::toString);
    }

    assertEquals(
        Files.readString(folder.resolve("one/results.jsonl")).replaceAll("\"millis\":\\d+", ""),
        Files.readString(folder.resolve("two/results.jsonl")).replaceAll("\"millis\":\\d+", ""));
    assertTrue(out.toString().contains("cpu:0: PASS (1 passed"), out::toString);
  }

  @Test
  void aRuleIsLookedAtInWhateverAreaItsChecksAre() {
    String id = "N-901 samples of a timed loop";

    assertEquals(0, run("--device", "cpu:0", "--rule", "N-901", "--list"), err::toString);
    assertTrue(out.toString().lines().allMatch(line -> line.startsWith("N-901 ")), out::toString);
    assertTrue(out.toString().lines().anyMatch(id::equals), out::toString);

    assertEquals(0, run("--device", "cpu:0", "--case", id, "--list"), err::toString);
  }

  @Test
  void aRuleThatIsInNoneOfTheAreasIsAUsageError() {
    requireUsage(
        "no check cites the rules [N-301] in [latency]",
        "--device",
        "cpu:0",
        "--rule",
        "N-301",
        "--only",
        "latency",
        "--list");
  }

  @Test
  void theVerdictOfAnEmulatedDeviceSaysSo() throws Exception {
    Path report = folder.resolve("report");

    int code =
        run(
            "--device", "mutant:0",
            "--plugin-class", "dev.halyard.tck.mutants.TimeMutants$Emulated",
            "--case", "S-001 info",
            "--report", report.toString());

    assertEquals(0, code, err::toString);
    assertTrue(out.toString().startsWith("mutant:0 (emulated): PASS"), out::toString);
    Path packed = folder.resolve("report.zip");
    assertEquals(0, run("pack", report.toString(), "-o", packed.toString()), err::toString);
    run("verify", packed.toString());
    assertTrue(out.toString().contains("mutant:0 (emulated)\n"), out::toString);
  }

  @Test
  void aPluginThatDiesBeforeItsFirstCheckFails() throws Exception {
    Path report = folder.resolve("report");

    int code =
        run(
            "--device", "dies:0",
            "--plugin-class", DiesInProbe.class.getName(),
            "--report", report.toString());

    assertEquals(1, code, err::toString);
    String results = Files.readString(report.resolve("results.jsonl"));
    assertTrue(results.contains("\"id\":\"R-001 description\""), results);
    assertTrue(results.contains("\"verdict\":\"CRASH\""), results);
    assertTrue(Files.exists(report.resolve("index.html")), "no page");
    Path packed = folder.resolve("report.zip");
    assertEquals(0, run("pack", report.toString(), "-o", packed.toString()), err::toString);
    assertEquals(3, run("verify", packed.toString()), out::toString);
  }

  @Test
  void aProbeThatThrowsFails() throws Exception {
    Path report = folder.resolve("report");

    int code =
        run(
            "--device", "throws:0",
            "--plugin-class", ThrowsInProbe.class.getName(),
            "--report", report.toString());

    assertEquals(1, code, err::toString);
    assertTrue(err.toString().contains("its probe failed"), err::toString);
    assertTrue(out.toString().contains("throws:0: FAIL"), out::toString);
  }

  @Test
  void aPluginThatRunsOutOfMemoryFailsThatCheckAndTheRestIsRun() throws Exception {
    Path report = folder.resolve("report");

    int code =
        run(
            "--device",
            "hungry:0",
            "--plugin-class",
            HungryInInfo.class.getName(),
            "--rule",
            "S-001,S-004",
            "--report",
            report.toString());

    assertEquals(1, code, err::toString);
    assertTrue(out.toString().contains("(1 passed, 1 failed, 0 incon"), err::toString);
  }

  /** The CPU plugin, which wants more memory than there is when a check asks who it is. */
  public static final class HungryInInfo extends WrappedPlugin {
    /** For the kit. */
    public HungryInInfo() {
      super(ServiceLoader.load(DevicePlugin.class).iterator().next());
    }

    @Override
    public PluginInfo info() {
      boolean asked =
          StackWalker.getInstance()
              .walk(frames -> frames.anyMatch(f -> f.getMethodName().equals("saysWhoItIs")));
      if (asked) {
        throw new OutOfMemoryError("Java heap space");
      }
      return PluginInfo.builder("hungry", "Halyard", "1", Spi.LEVEL).build();
    }
  }

  /** Ends the process that looks for devices. */
  public static final class DiesInProbe extends Broken {
    /** For the kit. */
    public DiesInProbe() {
      super("dies");
    }

    @Override
    public void probe(ProbeContext context, ProbeSink found) {
      Runtime.getRuntime().halt(0);
    }
  }

  /** Fails to look for devices. */
  public static final class ThrowsInProbe extends Broken {
    /** For the kit. */
    public ThrowsInProbe() {
      super("throws");
    }

    @Override
    public void probe(ProbeContext context, ProbeSink found) {
      throw new IllegalStateException("no driver");
    }
  }

  abstract static class Broken implements DevicePlugin {
    private final String id;

    Broken(String id) {
      this.id = id;
    }

    @Override
    public PluginInfo info() {
      return PluginInfo.builder(id, "Halyard", "1", Spi.LEVEL).build();
    }

    @Override
    public DeviceDriver open(DeviceDescriptor device, DriverContext context) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void theListHasEveryRuleThatIsTested() {
    assertEquals(0, run("--device", "cpu:0", "--list"), err::toString);

    List<String> cited =
        out.toString().lines().map(line -> line.substring(0, 5)).distinct().toList();
    List<String> open =
        Rules.all().stream()
            .filter(rule -> rule.untested().isEmpty() && !cited.contains(rule.id()))
            .map(Rule::id)
            .toList();
    assertEquals(List.of(), open);
  }
}
