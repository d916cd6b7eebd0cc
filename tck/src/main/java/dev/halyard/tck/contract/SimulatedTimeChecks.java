package dev.halyard.tck.contract;

import dev.halyard.DType;
import dev.halyard.spi.Partition;
import dev.halyard.spi.Stream;
import dev.halyard.spi.TimingSink;
import dev.halyard.tck.check.Check;
import dev.halyard.tck.check.NotClaimed;
import dev.halyard.tck.check.Trial;
import dev.halyard.testkit.Case;
import dev.halyard.testkit.OpCases;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Time as emulated devices tell it (L-901). */
public final class SimulatedTimeChecks {
  private static final int RUNS = 20;
  private static final int CASES = 4;

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
      Claimed claimed = claimed(device, trial.random());
      trial.record("case", claimed.tested.name());
      BareDevice.Bound bound = device.bind(claimed.partition, device.compile(claimed.partition));
      Stream stream = device.stream();
      for (int i = 0; i < bound.in().size(); i++) {
        String port = claimed.partition.inputs().get(i).value().name();
        device.write(stream, claimed.tested.input(port).segment(), bound.in().get(i));
      }
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

  private record Claimed(Case tested, Partition partition) {}

  /** {@return the first operation that the device claims, whatever it is} */
  private static Claimed claimed(BareDevice device, SplittableRandom random) {
    for (String op : OpCases.ids()) {
      for (DType dtype : OpCases.dtypes(op)) {
        for (int i = 0; i < CASES; i++) {
          Case tested = OpCases.generate(op, dtype, random.nextLong());
          Partition partition = device.claimed(tested.graph());
          if (partition != null
              && tested.inputs().values().stream().allMatch(t -> t.elements() > 0)) {
            return new Claimed(tested, partition);
          }
        }
      }
    }
    throw new NotClaimed("the device claims none of the kit's operations");
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
