package dev.halyard.tck.contract;

import dev.halyard.spi.Stream;
import dev.halyard.spi.TimingSink;
import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.NotClaimed;
import dev.halyard.tck.check.Trial;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Time as emulated devices tell it (L-901). */
public final class SimulatedTimeChecks {
  private static final int RUNS = 20;

  private SimulatedTimeChecks() {}

  /**
   * Adds the checks.
   *
   * @param checks receives them
   */
  public static void addTo(List<Check> checks) {
    checks.add(Check.of("L-901", "equal runs", SimulatedTimeChecks::isRepeatable));
  }

  private static void isRepeatable(Trial trial) {
    if (!trial.subject().descriptor().emulated()) {
      throw new NotClaimed("the device is not emulated: its time is measured");
    }
    try (BareDevice device = new BareDevice(trial.subject())) {
      Prepared prepared = Prepared.of(device);
      trial.record("sample", prepared.sample.toString());
      BareDevice.Bound bound = prepared.bind();
      Stream stream = device.stream();
      prepared.upload(stream, bound, 0);
      Map<String, Long> first = Map.of();
      for (int run = 0; run < RUNS; run++) {
        long ticket = stream.submit(bound.binding());
        BareDevice.await(stream, ticket);
        Parts parts = new Parts();
        stream.timing(ticket, parts);
        parts.require();
        if (run == 0) {
          first = parts.cycles;
          trial.record("cycles", first);
        }
        requireEqual(run, first, parts.cycles);
      }
    }
  }

  private static void requireEqual(int run, Map<String, Long> first, Map<String, Long> cycles) {
    if (!cycles.equals(first)) {
      throw new AssertionError(
          "equal runs should take equal cycles; the first took "
              + first
              + ", run "
              + run
              + " took "
              + cycles);
    }
  }

  /** The parts of a submission's time, by kind. */
  private static final class Parts implements TimingSink {
    final Map<String, Long> cycles = new LinkedHashMap<>();
    private final Map<String, Long> measuredNanos = new LinkedHashMap<>();

    @Override
    public void measured(String part, long nanos) {
      measuredNanos.merge(part, nanos, Long::sum);
    }

    @Override
    public void simulated(String part, long count) {
      cycles.merge(part, count, Long::sum);
    }

    /** What is assumed may stand beside what was simulated; it says its basis. */
    @Override
    public void assumed(String part, long nanos, String basis) {
      if (basis.isBlank()) {
        throw new AssertionError("the assumed part '" + part + "' should say where it comes from");
      }
    }

    void require() {
      if (!measuredNanos.isEmpty()) {
        throw new AssertionError(
            "an emulated device should report no wall time as its own, reports (ns) "
                + measuredNanos);
      }
      if (cycles.isEmpty()) {
        throw new AssertionError("an emulated device should report simulated cycles, reports none");
      }
    }
  }
}
