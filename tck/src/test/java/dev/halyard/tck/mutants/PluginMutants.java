package dev.halyard.tck.mutants;

import dev.halyard.DType;
import dev.halyard.spi.ClaimContext;
import dev.halyard.spi.ClaimSink;
import dev.halyard.spi.CompileContext;
import dev.halyard.spi.Cost;
import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.DeviceMemory;
import dev.halyard.spi.GraphView;
import dev.halyard.spi.NodeView;
import dev.halyard.spi.Partition;
import dev.halyard.spi.ProbeContext;
import dev.halyard.spi.ProbeSink;
import dev.halyard.spi.Profile;
import dev.halyard.spi.Program;
import dev.halyard.spi.Stream;
import dev.halyard.spi.TestHooks;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** Mutants that break the contract of plugins and drivers. */
final class PluginMutants {
  private PluginMutants() {}

  /** Takes a quarter of a second to look for devices. */
  @Breaks(fault = "a probe takes 250 ms", aim = "S-002")
  public static final class SlowProbe extends Mutant {
    @Override
    public void probe(ProbeContext context, ProbeSink found) {
      try {
        Thread.sleep(250);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      super.probe(context, found);
    }
  }

  /** Does not expect configuration. */
  @Breaks(fault = "a probe throws when it is configured oddly", aim = "S-004")
  public static final class ThrowsInProbe extends Mutant {
    @Override
    public void probe(ProbeContext context, ProbeSink found) {
      if (Integer.parseInt(context.configuration().getOrDefault("threads", "1")) < 0) {
        throw new IllegalArgumentException("threads");
      }
      super.probe(context, found);
    }
  }

  /** Starts something when it only should look. */
  @Breaks(fault = "a probe leaves a thread behind", aim = "S-003")
  public static final class LeavesThread extends Mutant {
    private final CountDownLatch never = new CountDownLatch(1);

    @Override
    public void probe(ProbeContext context, ProbeSink found) {
      Thread.ofPlatform().daemon().name("watchdog").start(this::watch);
      super.probe(context, found);
    }

    private void watch() {
      try {
        never.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Is another device every time. */
  @Breaks(fault = "the stable id changes from probe to probe", aim = "S-005")
  public static final class UnstableId extends Mutant {
    private final AtomicLong probes = new AtomicLong();

    @Override
    DeviceDescriptor describe(DeviceDescriptor cpu) {
      return DeviceDescriptor.builder("mutant-" + probes.incrementAndGet(), cpu.kind(), cpu.name())
          .vendor(cpu.vendor())
          .driver(cpu.driver())
          .profiles(cpu.profiles().toArray(Profile[]::new))
          .dtypes(dtypes(cpu))
          .build();
    }
  }

  /** Forgets most dtypes in its descriptor. */
  @Breaks(
      fault = "operations are claimed in dtypes that the descriptor does not list",
      aim = "S-006")
  public static final class UnlistedDtypes extends Mutant {
    @Override
    DeviceDescriptor describe(DeviceDescriptor cpu) {
      return like(cpu, cpu.name(), DType.F32, DType.F16, DType.BF16, DType.I32).build();
    }
  }

  /** Declares F16 and refuses sines in it. */
  @Breaks(fault = "F16 is declared, and sin is refused in it", aim = "S-101")
  public static final class LyingDescriptor extends Mutant {
    @Override
    DeviceDriver driver(DeviceDriver cpu) {
      return new Claiming(cpu) {
        @Override
        boolean refuses(NodeView node) {
          return node.op().equals("sin/1") && node.inputs().getFirst().dtype() == DType.F16;
        }
      };
    }

    private abstract class Claiming extends MutantDriver {
      Claiming(DeviceDriver cpu) {
        super(cpu);
      }

      abstract boolean refuses(NodeView node);

      @Override
      public void claim(GraphView graph, ClaimContext context, ClaimSink sink) {
        driver.claim(
            graph,
            context,
            new ClaimSink() {
              @Override
              public void whole(List<? extends NodeView> nodes, Cost cost) {
                sink.whole(nodes, cost);
              }

              @Override
              public void fusable(NodeView node, Cost cost) {
                if (refuses(node)) {
                  sink.refuse(node, "no sine here");
                } else {
                  sink.fusable(node, cost);
                }
              }

              @Override
              public void refuse(NodeView node, String reason) {
                sink.refuse(node, reason);
              }
            });
      }
    }
  }

  /** Refuses what it refused before, and gives no reason. */
  @Breaks(fault = "refusals have no reason", aim = "S-103")
  public static final class SilentRefusal extends Mutant {
    @Override
    DeviceDriver driver(DeviceDriver cpu) {
      return new MutantDriver(cpu) {
        @Override
        public void claim(GraphView graph, ClaimContext context, ClaimSink sink) {
          driver.claim(
              graph,
              context,
              new ClaimSink() {
                @Override
                public void whole(List<? extends NodeView> nodes, Cost cost) {
                  sink.whole(nodes, cost);
                }

                @Override
                public void fusable(NodeView node, Cost cost) {
                  sink.fusable(node, cost);
                }

                @Override
                public void refuse(NodeView node, String reason) {
                  sink.refuse(node, "");
                }
              });
        }
      };
    }
  }

  /** Claims softmax the first time only. */
  @Breaks(fault = "claims depend on what was asked before", aim = "S-104")
  public static final class FickleClaims extends Mutant {
    private final AtomicLong asked = new AtomicLong();

    @Override
    DeviceDriver driver(DeviceDriver cpu) {
      return new MutantDriver(cpu) {
        @Override
        public void claim(GraphView graph, ClaimContext context, ClaimSink sink) {
          boolean shy = asked.incrementAndGet() % 2 == 0;
          driver.claim(
              graph,
              context,
              new ClaimSink() {
                @Override
                public void whole(List<? extends NodeView> nodes, Cost cost) {
                  if (shy) {
                    nodes.forEach(node -> sink.refuse(node, "not now"));
                  } else {
                    sink.whole(nodes, cost);
                  }
                }

                @Override
                public void fusable(NodeView node, Cost cost) {
                  sink.fusable(node, cost);
                }

                @Override
                public void refuse(NodeView node, String reason) {
                  sink.refuse(node, reason);
                }
              });
        }
      };
    }
  }

  /** Copies what it should share. */
  @Breaks(
      fault = "importHost copies",
      aim = "S-203",
      also = {
        "N-101", "N-102", "N-103", "N-105", "N-701", "N-704", "N-803", "R-001", "R-101", "R-102",
        "R-103", "R-104", "R-105", "R-201", "R-202", "R-301", "R-302", "R-402", "R-501", "R-502",
        "R-601", "L-004", "N-901", "R-401", "L-001", "L-106"
      })
  public static final class CopiesImports extends Mutant {
    @Override
    DeviceDriver driver(DeviceDriver cpu) {
      return new MutantDriver(cpu) {
        @Override
        public Optional<DeviceMemory> importHost(MemorySegment segment) {
          DeviceMemory copy = driver.allocate(driver.memoryKinds().getFirst(), segment.byteSize());
          copy.segment().orElseThrow().asSlice(0, segment.byteSize()).copyFrom(segment);
          return Optional.of(copy);
        }
      };
    }
  }

  /** Frees its programs' memory when the device is lost, and again when they are closed. */
  @Breaks(
      fault = "closing a program after a loss touches freed memory",
      aim = "R-401",
      also = {"R-402", "R-001", "S-304"})
  public static final class CrashesAfterLoss extends Mutant {
    @Override
    DeviceDriver driver(DeviceDriver cpu) {
      return new MutantDriver(cpu) {
        @Override
        public Program compile(Partition partition, CompileContext context) {
          Program program = super.compile(partition, context);
          return new dev.halyard.tck.wrap.WrappedProgram(program) {
            @Override
            public void close() {
              super.close();
              if (isLost()) {
                MemorySegment.ofAddress(8).reinterpret(8).get(ValueLayout.JAVA_LONG, 0);
              }
            }
          };
        }

        private boolean isLost() {
          try {
            driver.openStream().close();
            return false;
          } catch (dev.halyard.DeviceLostException e) {
            return true;
          }
        }
      };
    }
  }

  /** Never ends a driver that was lost. */
  @Breaks(
      fault = "closing a lost device hangs",
      aim = "R-402",
      also = {"R-401", "R-001", "S-304"})
  public static final class HangsInClose extends Mutant {
    @Override
    DeviceDriver driver(DeviceDriver cpu) {
      return new MutantDriver(cpu) {
        @Override
        public void close() {
          boolean lost = false;
          try {
            driver.openStream().close();
          } catch (dev.halyard.DeviceLostException e) {
            lost = true;
          }
          driver.close();
          while (lost) {
            java.util.concurrent.locks.LockSupport.park();
          }
        }
      };
    }
  }

  /** Says that there are no handles where there are. */
  @Breaks(
      fault = "streams are not given back",
      aim = "R-501",
      also = {"R-502", "L-003"})
  public static final class LeaksStreams extends Mutant {
    @Override
    DeviceDriver driver(DeviceDriver cpu) {
      AtomicLong opened = new AtomicLong();
      return new MutantDriver(cpu) {
        @Override
        public Stream openStream() {
          opened.incrementAndGet();
          return super.openStream();
        }

        @Override
        public Optional<TestHooks> testHooks() {
          return driver.testHooks().map(hooks -> new Counting(hooks, opened));
        }
      };
    }

    private record Counting(TestHooks hooks, AtomicLong opened) implements TestHooks {
      @Override
      public void loseAt(long ticket) {
        hooks.loseAt(ticket);
      }

      @Override
      public long nativeBytes() {
        return hooks.nativeBytes();
      }

      @Override
      public long handles() {
        return opened.get();
      }

      @Override
      public long threads() {
        return hooks.threads();
      }

      @Override
      public long compiles() {
        return hooks.compiles();
      }
    }
  }

  /** Runs whatever lies in its store. */
  @Breaks(fault = "artefacts are run unchecked", aim = "S-502")
  public static final class TrustsArtefacts extends Mutant {
    @Override
    DeviceDriver driver(DeviceDriver cpu) {
      return new MutantDriver(cpu) {
        @Override
        public Program compile(Partition partition, CompileContext context) {
          String key = "scale-" + partition.fingerprint();
          Optional<byte[]> kept = context.artefacts().get(key);
          if (kept.isEmpty()) {
            context.artefacts().put(key, ByteBuffer.allocate(8).putFloat(1).putFloat(1).array());
          }
          float scale = kept.map(bytes -> ByteBuffer.wrap(bytes).getFloat(4)).orElse(1f);
          return new Scaling(super.compile(partition, context), scale);
        }
      };
    }

    @Override
    void execute(Stream cpu, Bound bound) {
      super.execute(cpu, bound);
      if (scale != 1) {
        MemorySegment y = bound.out.getFirst().segment();
        for (long i = 0; i < y.byteSize() / Float.BYTES; i++) {
          y.setAtIndex(ValueLayout.JAVA_FLOAT, i, y.getAtIndex(ValueLayout.JAVA_FLOAT, i) * scale);
        }
      }
    }

    private volatile float scale = 1;

    private final class Scaling extends dev.halyard.tck.wrap.WrappedProgram {
      Scaling(Program program, float loaded) {
        super(program);
        scale = loaded;
      }
    }
  }
}
