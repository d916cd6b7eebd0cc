package dev.halyard.tck.contract;

import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.PluginInfo;
import dev.halyard.spi.ProbeSink;
import dev.halyard.spi.Spi;
import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.Inconclusive;
import dev.halyard.tck.check.Subject;
import dev.halyard.tck.check.Trial;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a plugin says of itself, and how it probes (S-001 to S-005). */
final class PluginChecks {
  private static final long LIMIT_NANOS = 100_000_000;
  private static final int PROBES = 5;
  // A control that takes longer than this, where it needs microseconds, shows a starved machine.
  private static final long STARVED_NANOS = 30_000_000;

  private PluginChecks() {}

  static void addTo(List<Check> checks) {
    checks.add(Check.of("S-001", "info", PluginChecks::saysWhoItIs));
    checks.add(Check.of("S-002", "time", PluginChecks::probesFast));
    checks.add(Check.of("S-003", "side effects", ProbeProcess::requireNoTraces));
    checks.add(Check.of("S-004", "odd configuration", PluginChecks::alwaysAnswers));
    checks.add(Check.of("S-005", "twice", PluginChecks::saysTheSameAgain));
  }

  private static void saysWhoItIs(Trial trial) {
    PluginInfo first = trial.subject().vendors().info();
    PluginInfo second = trial.subject().vendors().info();
    require(
        first.id().equals(second.id())
            && first.vendor().equals(second.vendor())
            && first.version().equals(second.version())
            && first.level() == second.level(),
        "info() says something else when asked again");
    require(
        first.id().matches("[a-z][a-z0-9-]*"),
        "the id '" + first.id() + "' is not made of lower-case letters, digits and -");
    require(
        first.level() >= 1 && first.level() <= Spi.LEVEL,
        "info() says level " + first.level() + "; this kit knows 1 to " + Spi.LEVEL);
  }

  /** Of an isolated plugin, without the start of its process. */
  private static void probesFast(Trial trial) throws IOException, InterruptedException {
    ProbeTime time =
        trial.subject().isIsolated()
            ? ProbeProcess.time(trial)
            : ProbeTime.measure(() -> probe(trial.subject()));
    trial.record("p50", time.probeNanos());
    if (time.probeNanos() > LIMIT_NANOS && time.threadNanos() > STARVED_NANOS) {
      throw new Inconclusive(
          "starting a thread takes "
              + time.threadNanos() / 1_000_000
              + " ms: the machine is too busy to time a probe");
    }
    require(
        time.probeNanos() <= LIMIT_NANOS,
        "the median probe takes " + time.probeNanos() / 1_000_000 + " ms, may take 100");
  }

  private static void alwaysAnswers(Trial trial) {
    Map<String, String> odd =
        Map.of("threads", "-1", "device", "no such", "path", "/does/not/exist", "", "=", "x", "");
    for (KitContexts.Probe context :
        List.of(
            new KitContexts.Probe(Map.of(), false),
            new KitContexts.Probe(odd, true),
            new KitContexts.Probe(odd, false))) {
      Found found = new Found();
      try {
        trial.subject().plugin().probe(context, found);
      } catch (RuntimeException | LinkageError e) {
        throw new AssertionError("probe throws " + e + " with " + context, e);
      }
      require(
          !found.devices.isEmpty() || !found.reasons.isEmpty(),
          "probe reports neither a device nor a reason with " + context);
      require(found.reasons.stream().noneMatch(String::isBlank), "probe gives a blank reason");
    }
  }

  private static void saysTheSameAgain(Trial trial) {
    List<String> first = describe(probe(trial.subject()));
    for (int i = 0; i < PROBES; i++) {
      List<String> again = describe(probe(trial.subject()));
      require(first.equals(again), "a probe reports " + again + " after " + first);
    }
  }

  private static List<String> describe(Found found) {
    return found.devices.stream()
        .map(
            device ->
                device.stableId()
                    + " "
                    + device.kind()
                    + " "
                    + device.profiles()
                    + " "
                    + device.dtypes()
                    + " emulated="
                    + device.emulated())
        .toList();
  }

  private static Found probe(Subject subject) {
    Found found = new Found();
    Map<String, String> configuration = KitContexts.configuration(subject.info().id());
    subject.plugin().probe(new KitContexts.Probe(configuration, true), found);
    return found;
  }

  private static void require(boolean holds, String breach) {
    if (!holds) {
      throw new AssertionError(breach);
    }
  }

  private static final class Found implements ProbeSink {
    private final List<DeviceDescriptor> devices = new ArrayList<>();
    private final List<String> reasons = new ArrayList<>();

    @Override
    public void device(DeviceDescriptor descriptor) {
      devices.add(descriptor);
    }

    @Override
    public void nothing(String reason) {
      reasons.add(reason);
    }
  }
}
