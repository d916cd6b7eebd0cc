package dev.halyard.tck.mutants;

import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.Stream;
import dev.halyard.spi.TimingSink;
import dev.halyard.tck.wrap.WrappedStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

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

  /** Is late every 20th time. */
  @Breaks(
      fault = "every 20th run takes twice the declared p99",
      aim = "L-201",
      also = {"L-104"})
  public static final class LateTail extends KeepsLevels {
    @Override
    long nanos(long run) {
      return run % 20 == 0 ? 11_000_000 : 600_000;
    }
  }

  /** Leaves out what lies past its last whole tile, where there are many. */
  @Breaks(fault = "outputs of more than 65,536 elements lose their end", aim = "N-901")
  public static final class DropsFarTiles extends Mutant {
    @Override
    void execute(Stream cpu, Bound bound) {
      cpu.execute(bound.binding);
      MemorySegment y = bound.out.getFirst().segment();
      if (y.byteSize() > 65_536 * Float.BYTES) {
        y.asSlice(y.byteSize() - 64).fill((byte) 0);
      }
    }
  }

  /** Looks up its work in a list that grows with it. */
  @Breaks(fault = "time grows as the square of the work", aim = "L-103")
  public static final class GrowsAsTheSquare extends Mutant {
    private static final long LONGEST = 50_000_000;

    /** By the clock, whose time is the same on a machine that is busy; 1 ms for 64 KiB. */
    @Override
    void execute(Stream cpu, Bound bound) {
      long end = System.nanoTime();
      cpu.execute(bound.binding);
      long kibibytes = bound.out.getFirst().bytes() >> 10;
      end += Math.min(LONGEST, kibibytes * kibibytes * 250);
      while (System.nanoTime() < end) {
        Thread.onSpinWait();
      }
    }
  }

  /** Keeps the last result for as long as its inputs stay the same. */
  @Breaks(
      fault = "equal inputs are not computed again",
      aim = "L-106",
      also = {
        "N-101", "N-901", "S-302", "S-401", "R-103", "R-104", "R-105", "R-201", "R-202", "R-402",
        "L-001", "L-002", "L-101", "L-102", "L-103", "L-104", "L-105"
      })
  public static final class KeepsResults extends Mutant {
    private static final long LOOK = 1_000_000;

    private final Map<Bound, List<byte[]>> seen = new ConcurrentHashMap<>();

    /** By the clock: a look takes as long as what is computed after it. */
    @Override
    void execute(Stream cpu, Bound bound) {
      long end = System.nanoTime() + LOOK;
      List<byte[]> now =
          bound.in.stream().map(x -> x.segment().toArray(ValueLayout.JAVA_BYTE)).toList();
      List<byte[]> before = seen.put(bound, now);
      if (before == null || !same(before, now)) {
        cpu.execute(bound.binding);
        end += LOOK;
      }
      while (System.nanoTime() < end) {
        Thread.onSpinWait();
      }
    }

    private static boolean same(List<byte[]> a, List<byte[]> b) {
      return IntStream.range(0, a.size()).allMatch(i -> Arrays.equals(a.get(i), b.get(i)));
    }
  }
}
