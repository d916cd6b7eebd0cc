package dev.halyard.tck.mutants;

import dev.halyard.DType;
import dev.halyard.DeviceLostException;
import dev.halyard.Graph;
import dev.halyard.spi.Binding;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.DeviceMemory;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Program;
import dev.halyard.spi.Stream;
import dev.halyard.spi.TestHooks;
import dev.halyard.tck.wrap.WrappedStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Mutants that compute rightly and misbehave when they run. */
final class RunMutants {
  /** Outputs of so many bytes are slow, where a fault is of time: others are run too often. */
  private static final long LARGE = 32 * 1024;

  private RunMutants() {}

  private static void spin(long nanos) {
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  /** Gives back the last element of each output as it was. */
  @Breaks(
      fault = "the last element of an output is not written",
      aim = "N-101",
      also = {
        "N-105", "N-104", "N-201", "N-202", "N-203", "N-204", "N-301", "N-302", "N-303", "N-401",
        "N-402", "N-403", "N-404", "N-405", "N-501", "N-601", "N-602", "N-603", "N-604", "N-605",
        "N-701", "N-702", "N-703", "N-704", "N-801", "N-802", "N-803", "N-901", "S-302", "S-401",
        "S-403", "S-305", "S-501", "S-502", "L-001", "L-004", "R-101", "R-102", "R-103", "R-104",
        "R-105", "R-201", "R-202", "R-301", "R-302", "R-402", "R-501", "R-502", "R-601", "R-401"
      })
  public static final class PartlyUnwritten extends Mutant {
    @Override
    void execute(Stream cpu, Bound bound) {
      MemorySlice y = bound.out.getFirst();
      byte before = y.bytes() > 4 ? y.segment().get(ValueLayout.JAVA_BYTE, y.bytes() - 1) : 0;
      byte other = y.bytes() > 4 ? y.segment().get(ValueLayout.JAVA_BYTE, y.bytes() - 2) : 0;
      short rest =
          y.bytes() > 4 ? y.segment().get(ValueLayout.JAVA_SHORT_UNALIGNED, y.bytes() - 4) : 0;
      cpu.execute(bound.binding);
      if (y.bytes() > 4) {
        y.segment().set(ValueLayout.JAVA_BYTE, y.bytes() - 1, before);
        y.segment().set(ValueLayout.JAVA_BYTE, y.bytes() - 2, other);
        y.segment().set(ValueLayout.JAVA_SHORT_UNALIGNED, y.bytes() - 4, rest);
      }
    }
  }

  /**
   * Writes a byte past an output whose size is no multiple of a vector's. Where nothing guards that
   * byte it may be the allocator's, and end the process under any rule that runs something.
   */
  @Breaks(
      fault = "a byte past the output is written",
      aim = "N-102",
      also = {
        "N-101", "N-103", "N-104", "N-105", "N-201", "N-202", "N-203", "N-204", "N-301", "N-302",
        "N-303", "N-401", "N-402", "N-403", "N-404", "N-405", "N-501", "N-601", "N-602", "N-603",
        "N-604", "N-605", "N-701", "N-702", "N-703", "N-704", "N-801", "N-802", "N-803", "N-901",
        "S-302", "S-303", "S-305", "S-401", "S-403", "S-501", "S-502", "L-001", "L-002", "L-003",
        "L-004", "R-101", "R-102", "R-103", "R-104", "R-105", "R-201", "R-202", "R-301", "R-302",
        "R-401", "R-402", "R-501", "R-502", "R-601"
      })
  public static final class WritesBeside extends Mutant {
    @Override
    void execute(Stream cpu, Bound bound) {
      cpu.execute(bound.binding);
      MemorySegment y = bound.out.getFirst().segment();
      if (y.byteSize() > 0 && y.byteSize() % 64 != 0) {
        MemorySegment.ofAddress(y.address() + y.byteSize())
            .reinterpret(1)
            .set(ValueLayout.JAVA_BYTE, 0, (byte) 0);
      }
    }
  }

  /** Leaves its work in an input. */
  @Breaks(
      fault = "an input is changed in place",
      aim = "N-103",
      also = {
        "N-701", "N-704", "L-004", "N-901", "R-103", "R-104", "R-105", "R-201", "R-202", "R-301",
        "R-302", "R-402", "R-501", "S-302", "S-401", "R-401", "R-102", "N-803", "L-001", "N-204",
        "N-501", "N-601", "N-604", "N-605", "N-702", "N-801", "N-802"
      })
  public static final class InputChanged extends Mutant {
    @Override
    void execute(Stream cpu, Bound bound) {
      cpu.execute(bound.binding);
      if (!bound.in.isEmpty() && bound.in.getFirst().bytes() > 0) {
        MemorySegment x = bound.in.getFirst().segment();
        x.set(ValueLayout.JAVA_BYTE, 0, (byte) (x.get(ValueLayout.JAVA_BYTE, 0) ^ 0x40));
      }
    }
  }

  /** Flips the last bit of a result now and then. */
  @Breaks(
      fault = "equal inputs give other bits in every third run",
      aim = "N-701",
      also = {"L-001", "L-004", "N-901", "S-401", "N-704", "S-501", "R-104", "R-105", "R-103"})
  public static final class Unrepeatable extends Mutant {
    @Override
    void execute(Stream cpu, Bound bound) {
      cpu.execute(bound.binding);
      MemorySegment y = bound.out.getFirst().segment();
      boolean f32 = bound.made.partition().outputs().getFirst().value().dtype() == DType.F32;
      if (f32 && y.byteSize() > 0 && bound.runs % 3 == 0) {
        y.set(ValueLayout.JAVA_BYTE, 0, (byte) (y.get(ValueLayout.JAVA_BYTE, 0) ^ 1));
      }
    }
  }

  /** Needs 25% more time for a fused region than its parts do. */
  @Breaks(fault = "fused kernels are 25% slower than their parts", aim = "L-101")
  public static final class SlowFused extends Mutant {
    /** Makes the plugin. */
    public SlowFused() {
      super(false);
    }

    @Override
    Optional<Graph> rewrite(Graph graph) {
      return graph.states().isEmpty() ? Optional.of(graph) : Optional.empty();
    }

    @Override
    void execute(Stream cpu, Bound bound) {
      long start = System.nanoTime();
      cpu.execute(bound.binding);
      if (bound.made.partition().graph().nodes().size() > 2) {
        spin((System.nanoTime() - start) / 4);
      }
    }
  }

  /** Claims FUSION and runs node by node. */
  @Breaks(fault = "FUSION is declared, and nodes run one by one", aim = "L-101")
  public static final class UnfusedInDisguise extends Mutant {
    /** Makes the plugin. */
    public UnfusedInDisguise() {
      super(false);
    }

    @Override
    Optional<Graph> rewrite(Graph graph) {
      return graph.states().isEmpty() ? Optional.of(graph) : Optional.empty();
    }

    /** By the clock, whose time is the same on a machine that is busy: 0.3 ms for each node. */
    @Override
    void execute(Stream cpu, Bound bound) {
      long start = System.nanoTime();
      cpu.execute(bound.binding);
      if (bound.out.getFirst().bytes() >= LARGE) {
        long nodes = bound.made.partition().graph().nodes().size();
        spin(start + nodes * 300_000 - System.nanoTime());
      }
    }
  }

  /** Compiles again every 40th run. */
  @Breaks(
      fault = "every 40th run compiles again",
      aim = "L-001",
      also = {"L-002", "L-003", "L-104", "R-501", "L-103", "L-105", "L-101"})
  public static final class Recompiles extends Mutant {
    @Override
    DeviceDriver driver(DeviceDriver cpu) {
      return new MutantDriver(cpu) {
        @Override
        public Program compile(
            dev.halyard.spi.Partition partition, dev.halyard.spi.CompileContext context) {
          driverInUse = driver;
          return super.compile(partition, context);
        }
      };
    }

    private volatile DeviceDriver driverInUse;

    @Override
    void execute(Stream cpu, Bound bound) {
      if (bound.runs % 40 == 0) {
        driverInUse.compile(bound.made.partition(), bound.made.context()).close();
      }
      cpu.execute(bound.binding);
    }
  }

  /** Returns from submit when the work is done. */
  @Breaks(
      fault = "ASYNC is declared, and submit blocks",
      aim = "L-102",
      also = {"S-305", "R-201"})
  public static final class BlockingSubmit extends Mutant {
    @Override
    WrappedStream stream(Stream cpu) {
      return new MutantStream(cpu) {
        @Override
        public long submit(Binding binding) {
          long ticket = super.submit(binding);
          try {
            stream.await(ticket, Long.MAX_VALUE);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (DeviceLostException e) {
            return ticket;
          }
          return ticket;
        }
      };
    }
  }

  /** Does nothing where the first bytes of the inputs are those of the last run. */
  @Breaks(
      fault = "results are cached by the first bytes of the inputs",
      aim = "L-004",
      also = {
        "L-106", "N-901", "N-101", "S-302", "S-401", "R-105", "L-101", "L-103", "R-104", "N-701",
        "L-104", "L-105", "R-103", "R-202", "R-201", "L-001", "N-704", "R-402"
      })
  public static final class CachesResults extends Mutant {
    private final Map<Bound, Long> seen = new java.util.concurrent.ConcurrentHashMap<>();

    @Override
    void execute(Stream cpu, Bound bound) {
      long key = 17;
      for (MemorySlice x : bound.in) {
        for (long i = 0; i < Math.min(x.bytes(), 16); i++) {
          key = key * 31 + x.segment().get(ValueLayout.JAVA_BYTE, i);
        }
      }
      Long before = seen.put(bound, key);
      if (before == null || before != key) {
        cpu.execute(bound.binding);
      }
    }
  }

  /** Keeps some native memory of every run. */
  @Breaks(
      fault = "every run leaks native memory",
      aim = "L-003",
      also = {"R-501", "R-502", "L-002"})
  public static final class LeaksPerRun extends Mutant {
    private static final long BYTES = 512;
    private final AtomicLong leaked = new AtomicLong();

    @Override
    void execute(Stream cpu, Bound bound) {
      Arena.global().allocate(BYTES);
      leaked.addAndGet(BYTES);
      cpu.execute(bound.binding);
    }

    @Override
    DeviceDriver driver(DeviceDriver cpu) {
      return new MutantDriver(cpu) {
        @Override
        public Optional<TestHooks> testHooks() {
          return driver.testHooks().map(hooks -> new LeakingHooks(hooks, leaked, new AtomicLong()));
        }
      };
    }
  }

  /** Keeps a thread of every 50th binding. */
  @Breaks(
      fault = "bindings leave threads behind",
      aim = "R-501",
      also = {"R-502", "L-003"})
  public static final class ThreadPerBinding extends Mutant {
    private final AtomicLong threads = new AtomicLong();
    private final CountDownLatch never = new CountDownLatch(1);

    @Override
    void bound(Bound bound) {
      if (threads.incrementAndGet() % 50 == 0) {
        Thread.ofPlatform().daemon().start(this::sleep);
      }
    }

    private void sleep() {
      try {
        never.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    DeviceDriver driver(DeviceDriver cpu) {
      return new MutantDriver(cpu) {
        @Override
        public Optional<TestHooks> testHooks() {
          return driver
              .testHooks()
              .map(hooks -> new LeakingHooks(hooks, new AtomicLong(), threads));
        }
      };
    }
  }

  private record LeakingHooks(TestHooks hooks, AtomicLong bytes, AtomicLong made)
      implements TestHooks {
    @Override
    public void loseAt(long ticket) {
      hooks.loseAt(ticket);
    }

    @Override
    public long nativeBytes() {
      return hooks.nativeBytes() + bytes.get();
    }

    @Override
    public long handles() {
      return hooks.handles();
    }

    @Override
    public long threads() {
      return hooks.threads() + made.get() / 50;
    }

    @Override
    public long compiles() {
      return hooks.compiles();
    }
  }

  /** Makes garbage in every run. */
  @Breaks(fault = "every run allocates 4 KiB of Java heap", aim = "L-002")
  public static final class AllocatesPerRun extends Mutant {
    @SuppressWarnings("UnusedVariable") // written so that the allocation is not left out
    private volatile byte[] garbage = {};

    @Override
    void execute(Stream cpu, Bound bound) {
      garbage = new byte[4096];
      cpu.execute(bound.binding);
    }
  }

  /** Is slow every 40th time. */
  @Breaks(
      fault = "every 40th run takes 20 ms longer",
      aim = "L-104",
      also = {"L-103", "L-105", "L-106"})
  public static final class Spikes extends Mutant {
    /** A run of 3 ms at least, which no delay of the machine's makes a spike of. */
    @Override
    void execute(Stream cpu, Bound bound) {
      long start = System.nanoTime();
      cpu.execute(bound.binding);
      spin(start + (bound.runs % 40 == 0 ? 23_000_000 : 3_000_000) - System.nanoTime());
    }
  }

  /** Makes everybody wait for everybody. */
  @Breaks(
      fault = "submitters wait for each other far longer than the work takes",
      aim = "L-105",
      also = {"L-102", "L-104"})
  public static final class Serialises extends Mutant {
    private static final long RUN = 1_600_000;
    private static final long NOTICED = 10_000_000;

    private final Object lock = new Object();
    private @Nullable Thread last;
    private long changed;

    /** By the clock: how many meet inside at a time is a matter of luck, and so is who is next. */
    @Override
    void execute(Stream cpu, Bound bound) {
      synchronized (lock) {
        long start = System.nanoTime();
        if (last != Thread.currentThread()) {
          last = Thread.currentThread();
          changed = start;
        }
        cpu.execute(bound.binding);
        if (bound.out.getFirst().bytes() >= LARGE) {
          spin(start + (start - changed < NOTICED ? 2 * RUN : RUN) - System.nanoTime());
        }
      }
    }
  }

  /** Gives all bindings of a program one scratch, and never lets go of it. */
  @Breaks(
      fault = "the bindings of a program share one scratch",
      aim = {"R-105", "S-401"},
      also = {"R-103", "R-104", "R-502", "L-105", "N-901"})
  public static final class SharedScratch extends Mutant {
    private final Map<Program, MemorySlice> scratch = new HashMap<>();
    private volatile @Nullable DeviceDriver driver;

    @Override
    DeviceDriver driver(DeviceDriver cpu) {
      driver = cpu;
      return super.driver(cpu);
    }

    @Override
    synchronized MemorySlice workspace(Bound.Made made, MemorySlice workspace) {
      MemorySlice shared = scratch.get(made.program());
      if (shared == null || shared.bytes() < workspace.bytes()) {
        MemorySegment memory = Arena.ofAuto().allocate(Math.max(64, workspace.bytes()), 64);
        DeviceMemory block = Objects.requireNonNull(driver).importHost(memory).orElseThrow();
        shared = MemorySlice.of(block, 0, workspace.bytes());
        scratch.put(made.program(), shared);
      }
      return shared;
    }
  }

  /** Dies when two threads are inside. */
  @Breaks(
      fault = "two streams at once crash the process",
      aim = {"R-104", "R-105"},
      also = {"R-103", "S-401", "L-105", "R-001"})
  public static final class CrashesConcurrently extends Mutant {
    private final AtomicInteger inside = new AtomicInteger();

    @Override
    void execute(Stream cpu, Bound bound) {
      if (inside.incrementAndGet() > 1) {
        MemorySegment.ofAddress(8).reinterpret(8).get(ValueLayout.JAVA_LONG, 0);
      }
      try {
        cpu.execute(bound.binding);
      } finally {
        inside.decrementAndGet();
      }
    }
  }

  /** Forgets that the thread was interrupted. */
  @Breaks(fault = "a run swallows the thread's interrupt", aim = "R-202")
  public static final class LosesInterrupt extends Mutant {
    @Override
    void execute(Stream cpu, Bound bound) {
      Thread.interrupted();
      cpu.execute(bound.binding);
    }
  }

  /** Says that work is done when it is handed in. */
  @Breaks(
      fault = "completed() runs ahead of the work",
      aim = "S-302",
      also = {
        "S-303", "S-304", "R-103", "R-104", "R-105", "R-201", "R-401", "R-101", "R-102", "L-102",
        "N-901", "S-305", "L-105", "R-202", "R-301", "R-302", "R-402"
      })
  public static final class CompletesEarly extends Mutant {
    @Override
    WrappedStream stream(Stream cpu) {
      return new MutantStream(cpu) {
        private volatile long last;

        @Override
        public long submit(Binding binding) {
          last = super.submit(binding);
          return last;
        }

        @Override
        public long completed() {
          return Math.max(last, stream.completed());
        }
      };
    }
  }

  /** Gives two submissions one ticket. */
  @Breaks(
      fault = "a download has the ticket of what was submitted before it",
      aim = "S-301",
      also = {
        "S-201", "S-202", "S-203", "S-302", "S-303", "S-305", "S-401", "S-403", "S-501", "S-502",
        "N-102"
      })
  public static final class RepeatsTickets extends Mutant {
    @Override
    WrappedStream stream(Stream cpu) {
      return new MutantStream(cpu) {
        @Override
        public long download(MemorySlice from, MemorySegment to) {
          return Math.max(1, super.download(from, to) - 1);
        }
      };
    }
  }

  /** Says that it took work back, and does it. */
  @Breaks(
      fault = "cancel says true and the work runs",
      aim = "S-305",
      also = {"R-201"})
  public static final class LiesAboutCancel extends Mutant {
    @Override
    WrappedStream stream(Stream cpu) {
      return new MutantStream(cpu) {
        @Override
        public boolean cancel(long ticket) {
          return true;
        }
      };
    }
  }

  /** Says that lost work is done. */
  @Breaks(
      fault = "waiting on a lost device says that the work is done",
      aim = "S-304",
      also = {"R-401", "R-402", "R-103"})
  public static final class HidesLoss extends Mutant {
    @Override
    WrappedStream stream(Stream cpu) {
      return new MutantStream(cpu) {
        @Override
        public boolean await(long ticket, long nanos) throws InterruptedException {
          try {
            return stream.await(ticket, nanos);
          } catch (DeviceLostException e) {
            return true;
          }
        }

        @Override
        public void execute(Binding binding) {
          try {
            super.execute(binding);
          } catch (DeviceLostException e) {
            return;
          }
        }
      };
    }
  }

  /** Copies word by word. */
  @Breaks(
      fault = "copies lose the bytes after the last whole word of four",
      aim = "S-202",
      also = {"N-101", "N-102"})
  public static final class LosesSmallCopies extends Mutant {
    @Override
    WrappedStream stream(Stream cpu) {
      return new MutantStream(cpu) {
        @Override
        public long copy(MemorySlice from, MemorySlice to) {
          long whole = from.bytes() / 4 * 4;
          return stream.copy(
              MemorySlice.of(from.memory(), from.offset(), whole),
              MemorySlice.of(to.memory(), to.offset(), whole));
        }
      };
    }
  }
}
