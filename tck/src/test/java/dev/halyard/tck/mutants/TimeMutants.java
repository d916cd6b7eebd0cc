package dev.halyard.tck.mutants;

import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.Stream;
import dev.halyard.spi.TimingSink;
import dev.halyard.tck.wrap.WrappedStream;

/** Mutants that lie about time, and their correct likes. */
final class TimeMutants {
  private TimeMutants() {}

  /** A simulator that counts its cycles: correct. */
  public static class Emulated extends Mutant {
    /** Makes the plugin. */
    public Emulated() {}

    @Override
    DeviceDescriptor describe(DeviceDescriptor cpu) {
      return like(cpu, "Emulated", dtypes(cpu)).emulated(true).build();
    }

    /** Says how long a submission took. */
    void tell(long ticket, TimingSink sink) {
      sink.simulated("kernel", 1000);
      sink.assumed("launch", 50_000, "no card is there to calibrate it");
    }

    @Override
    WrappedStream stream(Stream cpu) {
      return new MutantStream(cpu) {
        @Override
        public void timing(long ticket, TimingSink sink) {
          tell(ticket, sink);
        }
      };
    }
  }

  /** Counts nanoseconds of the host for cycles. */
  @Breaks(fault = "simulated cycles follow the host's clock", aim = "L-901")
  public static final class CyclesByTheClock extends Emulated {
    @Override
    void tell(long ticket, TimingSink sink) {
      sink.simulated("kernel", 1000 + System.nanoTime() % 1000);
    }
  }

  /** Gives out the time of the simulation for the device's. */
  @Breaks(fault = "an emulated device reports wall time as measured", aim = "L-901")
  public static final class MeasuresTheSimulator extends Emulated {
    @Override
    void tell(long ticket, TimingSink sink) {
      sink.simulated("kernel", 1000);
      sink.measured("kernel", 5000);
    }
  }

  /** Takes 0.6 ms where META-INF/halyard/levels.json of the tests declares 1 ms: correct. */
  public static class KeepsLevels extends Mutant {
    /** Makes the plugin. */
    public KeepsLevels() {}

    @Override
    DeviceDescriptor describe(DeviceDescriptor cpu) {
      return like(cpu, "Service levels", dtypes(cpu)).build();
    }

    /** {@return how long a run takes, in nanoseconds} */
    long nanos(long run) {
      return 600_000;
    }

    @Override
    void execute(Stream cpu, Bound bound) {
      long end = System.nanoTime() + nanos(bound.runs);
      cpu.execute(bound.binding);
      while (System.nanoTime() < end) {
        Thread.onSpinWait();
      }
    }
  }

  /** Takes half as long again as it declares. */
  @Breaks(fault = "runs take 1.5 times the declared p50", aim = "L-201")
  public static final class SlowerThanDeclared extends KeepsLevels {
    @Override
    long nanos(long run) {
      return 1_500_000;
    }
  }

  /** Is late every 40th time. */
  @Breaks(
      fault = "every 40th run takes twice the declared p99",
      aim = "L-201",
      also = {"L-104"})
  public static final class LateTail extends KeepsLevels {
    @Override
    long nanos(long run) {
      return run % 40 == 0 ? 6_000_000 : 600_000;
    }
  }
}
