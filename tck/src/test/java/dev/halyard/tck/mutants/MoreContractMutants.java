package dev.halyard.tck.mutants;

import dev.halyard.ArtefactNeededException;
import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.UnsupportedOnDeviceException;
import dev.halyard.spi.Binding;
import dev.halyard.spi.ClaimContext;
import dev.halyard.spi.ClaimSink;
import dev.halyard.spi.CompileContext;
import dev.halyard.spi.CompileMode;
import dev.halyard.spi.Cost;
import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.DeviceMemory;
import dev.halyard.spi.GraphView;
import dev.halyard.spi.MemoryKind;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.NodeView;
import dev.halyard.spi.Partition;
import dev.halyard.spi.PluginInfo;
import dev.halyard.spi.ProbeContext;
import dev.halyard.spi.ProbeSink;
import dev.halyard.spi.Profile;
import dev.halyard.spi.Program;
import dev.halyard.spi.Spi;
import dev.halyard.spi.Stream;
import dev.halyard.spi.TestHooks;
import dev.halyard.spi.TextSink;
import dev.halyard.tck.wrap.WrappedProgram;
import dev.halyard.tck.wrap.WrappedStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** More mutants that break the contract, and correct devices that are not like the CPU. */
final class MoreContractMutants {
  private MoreContractMutants() {}

  private static boolean isSine(NodeView node) {
    return node.op().equals("sin/1") && node.inputs().getFirst().dtype() == DType.F16;
  }

  /** An accelerator of one operation: correct. */
  public static final class QuantizedProducts extends Mutant {
    @Override
    DeviceDescriptor describe(DeviceDescriptor cpu) {
      return DeviceDescriptor.builder("mutant", cpu.kind(), "Quantised products")
          .vendor(cpu.vendor())
          .driver(cpu.driver())
          .profiles(Profile.INT8, Profile.ASYNC, Profile.LOSS_INJECTION)
          .dtypes(DType.I8)
          .build();
    }

    @Override
    DeviceDriver driver(DeviceDriver cpu) {
      return new MutantDriver(cpu) {
        @Override
        public void claim(GraphView graph, ClaimContext context, ClaimSink sink) {
          for (NodeView node : graph.nodes()) {
            if (node.op().equals("halyard.qmatmul/1")
                && node.inputs().getFirst().dtype() == DType.I8) {
              sink.whole(List.of(node), Cost.ready());
            } else {
              sink.refuse(node, "computes halyard.qmatmul/1 in I8 alone");
            }
          }
        }
      };
    }

    /** The CPU knows the product by its body. */
    @Override
    Optional<Graph> rewrite(Graph graph) {
      return Optional.of(graph);
    }
  }

  /** Stores a factor of each program, with a checksum and the key in it: correct. */
  public static class StoresArtefacts extends Mutant {
    private static final int HASH = 32;
    private final Map<Bound, Float> factors = new ConcurrentHashMap<>();

    /** Makes the plugin. */
    public StoresArtefacts() {}

    @Override
    DeviceDriver driver(DeviceDriver cpu) {
      return new MutantDriver(cpu) {
        @Override
        public Program compile(Partition partition, CompileContext context) {
          String key = "factor-" + partition.fingerprint();
          float built = factor(key);
          // Compiled afresh otherwise: the runtime's store outlives a run, and so would a fault.
          boolean load = context.mode() == CompileMode.LOAD_ONLY;
          Optional<Float> loaded =
              load ? find(context, key).flatMap(bytes -> unpack(key, bytes)) : Optional.empty();
          if (loaded.isEmpty() && load) {
            throw new ArtefactNeededException("no usable artefact " + key);
          }
          if (loaded.isEmpty()) {
            context.artefacts().put(key, pack(key, built));
          }
          float factor = loaded.map(value -> used(value) / built).orElse(1f);
          return new WrappedProgram(super.compile(partition, context)) {
            @Override
            public Binding bind(
                List<MemorySlice> in, List<MemorySlice> out, MemorySlice workspace, long[] dims) {
              Binding bound = super.bind(in, out, workspace, dims);
              factors.put((Bound) bound, factor);
              return bound;
            }
          };
        }
      };
    }

    /** {@return what is in the store} */
    Optional<byte[]> find(CompileContext context, String key) {
      return context.artefacts().get(key);
    }

    /** {@return the factor to compute with} */
    float used(float loaded) {
      return loaded;
    }

    /** Another one for every program, as weights are. */
    private static float factor(String key) {
      return 2 + (key.hashCode() & 1023) / 1024f;
    }

    private static byte[] pack(String key, float factor) {
      byte[] name = key.getBytes(StandardCharsets.UTF_8);
      byte[] content = ByteBuffer.allocate(name.length + 4).put(name).putFloat(factor).array();
      return ByteBuffer.allocate(HASH + content.length).put(sha(content)).put(content).array();
    }

    /** {@return the factor; empty if the bytes are not those of the key} */
    Optional<Float> unpack(String key, byte[] bytes) {
      byte[] content = Arrays.copyOfRange(bytes, Math.min(HASH, bytes.length), bytes.length);
      boolean whole = bytes.length > HASH && Arrays.equals(bytes, 0, HASH, sha(content), 0, HASH);
      if (!whole || !isOf(key, content)) {
        return Optional.empty();
      }
      return Optional.of(ByteBuffer.wrap(content).getFloat(content.length - 4));
    }

    boolean isOf(String key, byte[] content) {
      return new String(content, 0, content.length - 4, StandardCharsets.UTF_8).equals(key);
    }

    private static byte[] sha(byte[] content) {
      try {
        return MessageDigest.getInstance("SHA-256").digest(content);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    void execute(Stream cpu, Bound bound) {
      super.execute(cpu, bound);
      float factor = factors.getOrDefault(bound, 1f);
      if (factor != 1) {
        MemorySegment y = bound.out.getFirst().segment();
        for (long i = 0; i < y.byteSize() / Float.BYTES; i++) {
          y.setAtIndex(ValueLayout.JAVA_FLOAT, i, y.getAtIndex(ValueLayout.JAVA_FLOAT, i) * factor);
        }
      }
    }
  }

  /** Looks for its artefacts under another key. */
  @Breaks(fault = "what was stored is never found again", aim = "S-501")
  public static final class LosesArtefacts extends StoresArtefacts {
    @Override
    Optional<byte[]> find(CompileContext context, String key) {
      return context.artefacts().get(key + "-" + System.nanoTime());
    }
  }

  /** Rounds what it loads. */
  @Breaks(fault = "a loaded program computes with other weights", aim = "S-501", also = "S-502")
  public static final class LoadsRounded extends StoresArtefacts {
    @Override
    float used(float loaded) {
      return Math.round(loaded * 8) / 8f * 1.01f;
    }
  }

  /** Checks that an artefact is whole, and not whose it is. */
  @Breaks(fault = "another graph's artefact is run", aim = "S-502")
  public static final class TakesAnyArtefact extends StoresArtefacts {
    @Override
    boolean isOf(String key, byte[] content) {
      return true;
    }
  }

  /** Claims what it cannot compile, so that it counts as not claimed. */
  @Breaks(
      fault = "sin is claimed in F16, and refused by compile",
      aim = "S-101",
      also = {
        "S-102", "N-101", "N-102", "N-103", "N-105", "N-401", "N-404", "N-405", "N-601", "N-604"
      })
  public static final class RefusesInCompile extends Mutant {
    @Override
    DeviceDriver driver(DeviceDriver cpu) {
      return new MutantDriver(cpu) {
        @Override
        public Program compile(Partition partition, CompileContext context) {
          if (partition.graph().nodes().stream().anyMatch(node -> isSine(node))) {
            throw new UnsupportedOnDeviceException("there is no kernel for sines in F16");
          }
          return super.compile(partition, context);
        }
      };
    }
  }

  /** Refuses sines and claims them all the same, in every dtype: some cases fold to constants. */
  @Breaks(fault = "what is refused is answered", aim = "S-102")
  public static final class AnswersRefused extends Mutant {
    @Override
    DeviceDriver driver(DeviceDriver cpu) {
      return new MutantDriver(cpu) {
        @Override
        public void claim(GraphView graph, ClaimContext context, ClaimSink sink) {
          graph.nodes().stream()
              .filter(node -> node.op().equals("sin/1"))
              .forEach(node -> sink.refuse(node, "no sines"));
          super.claim(graph, context, sink);
        }
      };
    }
  }

  /** Answers one offer while it looks at the next. */
  @Breaks(fault = "a claim is made after claim() has returned", aim = "S-103")
  public static final class ClaimsLate extends Mutant {
    private static final ThreadLocal<Open> OPEN = new ThreadLocal<>();

    private record Open(NodeView node, ClaimSink sink) {}

    @Override
    DeviceDriver driver(DeviceDriver cpu) {
      return new MutantDriver(cpu) {
        @Override
        public void claim(GraphView graph, ClaimContext context, ClaimSink sink) {
          Open before = OPEN.get();
          if (before != null) {
            before.sink.refuse(before.node, "thought about it");
          }
          super.claim(graph, context, sink);
          OPEN.set(new Open(graph.nodes().getFirst(), sink));
        }
      };
    }
  }

  /** Says another version every time. */
  @Breaks(fault = "info() changes from call to call", aim = "S-001")
  public static final class ChangesItsVersion extends Mutant {
    private final AtomicInteger asked = new AtomicInteger();

    @Override
    public PluginInfo info() {
      String version = "1." + asked.incrementAndGet();
      return PluginInfo.builder("mutant", "Halyard", version, Spi.LEVEL).build();
    }
  }

  /** Sets itself up in its first probe. */
  @Breaks(fault = "the first probe leaves a thread behind", aim = "S-003")
  public static final class StartsInFirstProbe extends Mutant {
    private static final CountDownLatch NEVER = new CountDownLatch(1);
    private static final AtomicInteger PROBES = new AtomicInteger();

    @Override
    public void probe(ProbeContext context, ProbeSink found) {
      if (PROBES.getAndIncrement() == 0) {
        Thread.ofPlatform().daemon().name("monitor").start(StartsInFirstProbe::watch);
      }
      super.probe(context, found);
    }

    private static void watch() {
      try {
        NEVER.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Hands one block out to everybody who wants little. */
  @Breaks(
      fault = "blocks of fewer than four bytes are one and the same",
      aim = "S-201",
      also = {"N-101", "N-102", "N-103", "N-105", "N-203", "N-704"})
  public static final class SharesSmallBlocks extends Mutant {
    @Override
    DeviceDriver driver(DeviceDriver cpu) {
      return new MutantDriver(cpu) {
        @Override
        public DeviceMemory allocate(MemoryKind kind, long bytes) {
          return bytes < 4 ? driver.importHost(SMALL).orElseThrow() : super.allocate(kind, bytes);
        }
      };
    }

    private static final MemorySegment SMALL = Arena.global().allocate(64, 64);
  }

  /** Trusts that streams do not meet. */
  @Breaks(
      fault = "a stream does not wait for another",
      aim = "S-303",
      also = {"R-201"})
  public static final class NeverWaits extends Mutant {
    @Override
    WrappedStream stream(Stream cpu) {
      return new MutantStream(cpu) {
        @Override
        public void waitFor(Stream other, long ticket) {}
      };
    }
  }

  /** Has nothing to say. */
  @Breaks(fault = "describe() gives nothing", aim = "S-402")
  public static final class SaysNothing extends Mutant {
    @Override
    DeviceDriver driver(DeviceDriver cpu) {
      return new MutantDriver(cpu) {
        @Override
        public Program compile(Partition partition, CompileContext context) {
          return new WrappedProgram(super.compile(partition, context)) {
            @Override
            public void describe(TextSink out) {}
          };
        }
      };
    }
  }

  /** Has one program for each size, whatever it declares. */
  @Breaks(
      fault = "DYNAMIC_DIMS is declared, and new dimensions are compiled",
      aim = "S-403",
      also = "L-001")
  public static final class CompilesPerSize extends Mutant {
    @Override
    DeviceDriver driver(DeviceDriver cpu) {
      return new MutantDriver(cpu) {
        @Override
        public Program compile(Partition partition, CompileContext context) {
          Set<Long> known = new HashSet<>();
          return new WrappedProgram(super.compile(partition, context)) {
            @Override
            public Binding bind(
                List<MemorySlice> in, List<MemorySlice> out, MemorySlice workspace, long[] dims) {
              if (dims.length > 0 && known.add(dims[0])) {
                driver.compile(partition, context).close();
              }
              return super.bind(in, out, workspace, dims);
            }
          };
        }
      };
    }
  }

  /** Frees with an invocation what all invocations of a kernel need. */
  @Breaks(
      fault = "closing an invocation makes the others of its kernel crash",
      aim = "R-101",
      also = {
        "R-501", "R-001", "R-103", "R-104", "R-105", "R-201", "S-305", "N-103", "N-701", "N-704",
        "L-001"
      })
  public static final class FreesTooMuch extends Mutant {
    @Override
    DeviceDriver driver(DeviceDriver cpu) {
      return new MutantDriver(cpu) {
        @Override
        public Program compile(Partition partition, CompileContext context) {
          return new Freeing(super.compile(partition, context));
        }
      };
    }

    private final Map<Bound, Freeing> programs = new ConcurrentHashMap<>();

    private final class Freeing extends WrappedProgram {
      private volatile boolean freed;

      Freeing(Program program) {
        super(program);
      }

      @Override
      public Binding bind(
          List<MemorySlice> in, List<MemorySlice> out, MemorySlice workspace, long[] dims) {
        Bound bound = (Bound) super.bind(in, out, workspace, dims);
        Bound freeing =
            new Bound(
                bound.made,
                bound.in,
                bound.out,
                new Binding() {
                  @Override
                  public void close() {
                    freed = true;
                    bound.close();
                  }
                });
        programs.put(freeing, this);
        originals.put(freeing, bound);
        return freeing;
      }
    }

    private final Map<Bound, Bound> originals = new ConcurrentHashMap<>();

    @Override
    void execute(Stream cpu, Bound bound) {
      if (programs.get(bound).freed) {
        MemorySegment.ofAddress(8).reinterpret(8).get(ValueLayout.JAVA_LONG, 0);
      }
      cpu.execute(originals.get(bound).binding);
    }

    @Override
    WrappedStream stream(Stream cpu) {
      return new MutantStream(cpu) {
        @Override
        public long submit(Binding binding) {
          return super.submit(originals.get((Bound) binding));
        }
      };
    }
  }

  /** Takes what all programs use away for a moment when one is closed. */
  @Breaks(
      fault = "closing a program disturbs the runs of others",
      aim = "R-103",
      also = {"R-104", "R-105", "L-105"})
  public static final class DisturbsOthers extends Mutant {
    private final AtomicInteger closing = new AtomicInteger();

    @Override
    DeviceDriver driver(DeviceDriver cpu) {
      return new MutantDriver(cpu) {
        @Override
        public Program compile(Partition partition, CompileContext context) {
          return new WrappedProgram(super.compile(partition, context)) {
            @Override
            public void close() {
              closing.incrementAndGet();
              try {
                Thread.sleep(5);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              super.close();
              closing.decrementAndGet();
            }
          };
        }
      };
    }

    @Override
    void execute(Stream cpu, Bound bound) {
      cpu.execute(bound.binding);
      if (closing.get() > 0 && !bound.out.isEmpty()) {
        bound.out.getFirst().segment().fill((byte) 0);
      }
    }
  }

  /** Wipes the outputs of what it takes back. */
  @Breaks(
      fault = "a cancelled run clears its outputs",
      aim = {"R-201", "S-305"})
  public static final class ClearsCancelled extends Mutant {
    @Override
    WrappedStream stream(Stream cpu) {
      return new MutantStream(cpu) {
        private final Map<Long, Bound> submitted = new ConcurrentHashMap<>();

        @Override
        public long submit(Binding binding) {
          long ticket = super.submit(binding);
          submitted.put(ticket, (Bound) binding);
          return ticket;
        }

        @Override
        public boolean cancel(long ticket) {
          boolean took = super.cancel(ticket);
          Bound bound = submitted.get(ticket);
          if (took && bound != null) {
            // In its turn, behind what was submitted before.
            awaitAll(ticket - 1);
            bound.out.getFirst().segment().fill((byte) 0);
          }
          return took;
        }

        private void awaitAll(long ticket) {
          try {
            stream.await(ticket, Long.MAX_VALUE);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        }
      };
    }
  }

  /** Lets the operating system's answer through. */
  @Breaks(fault = "too large an allocation is an untyped error", aim = "R-301")
  public static final class UntypedWantOfMemory extends Mutant {
    @Override
    DeviceDriver driver(DeviceDriver cpu) {
      return new MutantDriver(cpu) {
        @Override
        public DeviceMemory allocate(MemoryKind kind, long bytes) {
          if (bytes > 1L << 40) {
            throw new IllegalStateException("ENOMEM");
          }
          return super.allocate(kind, bytes);
        }
      };
    }
  }

  /** Keeps some native memory of every program. */
  @Breaks(
      fault = "every compilation leaks native memory",
      aim = "R-502",
      also = {"R-301", "L-003"})
  public static final class LeaksPerProgram extends Mutant {
    private static final long BYTES = 512;
    private final AtomicLong leaked = new AtomicLong();

    @Override
    DeviceDriver driver(DeviceDriver cpu) {
      return new MutantDriver(cpu) {
        @Override
        public Program compile(Partition partition, CompileContext context) {
          Arena.global().allocate(BYTES);
          leaked.addAndGet(BYTES);
          return super.compile(partition, context);
        }

        @Override
        public Optional<TestHooks> testHooks() {
          return driver.testHooks().map(hooks -> new Leaking(hooks, leaked));
        }
      };
    }

    private record Leaking(TestHooks hooks, AtomicLong leaked) implements TestHooks {
      @Override
      public void loseAt(long ticket) {
        hooks.loseAt(ticket);
      }

      @Override
      public long nativeBytes() {
        return hooks.nativeBytes() + leaked.get();
      }

      @Override
      public long handles() {
        return hooks.handles();
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
}
