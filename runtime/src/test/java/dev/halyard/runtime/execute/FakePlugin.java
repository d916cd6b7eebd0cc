package dev.halyard.runtime.execute;

import dev.halyard.DType;
import dev.halyard.DeviceLostException;
import dev.halyard.Dims;
import dev.halyard.Graph;
import dev.halyard.HalyardException;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.runtime.reference.Interpreter;
import dev.halyard.spi.Binding;
import dev.halyard.spi.ClaimContext;
import dev.halyard.spi.ClaimSink;
import dev.halyard.spi.CompileContext;
import dev.halyard.spi.Cost;
import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.DeviceKind;
import dev.halyard.spi.DeviceMemory;
import dev.halyard.spi.DevicePlugin;
import dev.halyard.spi.DriverContext;
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
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntToLongFunction;
import java.util.function.Predicate;

/**
 * A device that computes by the reference interpreter, on a thread per stream, and misbehaves when
 * told: it can stop at a gate, fail, or be lost.
 */
final class FakePlugin implements DevicePlugin {
  final String id;

  /** Runs wait here; null for no waiting. */
  volatile CountDownLatch gate;

  /** Counted down as a run begins. */
  volatile CountDownLatch begun = new CountDownLatch(1);

  volatile Throwable failNext;

  /** What the next submission waits for before it is queued; null for nothing. */
  volatile CountDownLatch beforeQueueing;

  volatile boolean loseNext;
  volatile boolean refusesToWait;
  volatile boolean gone;
  volatile boolean hostVisible = true;
  volatile boolean servesAllDims = true;
  volatile boolean emulated;
  volatile long extraNanos;

  /** The extra time of a run, by how many have ended before. */
  volatile IntToLongFunction extraOfRun = run -> extraNanos;

  volatile Predicate<String> refuses = op -> false;
  final AtomicInteger compiles = new AtomicInteger();
  final AtomicInteger runs = new AtomicInteger();
  final AtomicInteger openHandles = new AtomicInteger();
  private volatile DriverContext context;

  FakePlugin(String id) {
    this.id = id;
  }

  void reportLoss(String reason) {
    context.lost(reason);
  }

  @Override
  public PluginInfo info() {
    return PluginInfo.builder(id, "tests", "1", Spi.LEVEL).build();
  }

  @Override
  public void probe(ProbeContext probe, ProbeSink found) {
    DeviceDescriptor.Builder builder =
        DeviceDescriptor.builder(id + "-serial", DeviceKind.OTHER, "Fake " + id)
            .emulated(emulated)
            .dtypes(DType.F32);
    found.device((servesAllDims ? builder.profiles(Profile.DYNAMIC_DIMS) : builder).build());
  }

  @Override
  public DeviceDriver open(DeviceDescriptor device, DriverContext driverContext) {
    if (gone) {
      throw new DeviceLostException("device " + id + " is still gone");
    }
    context = driverContext;
    return new Driver();
  }

  private final class Driver implements DeviceDriver {
    @Override
    public List<MemoryKind> memoryKinds() {
      return List.of(MemoryKind.builder("fake").hostVisible(hostVisible).build());
    }

    @Override
    public DeviceMemory allocate(MemoryKind kind, long bytes) {
      openHandles.incrementAndGet();
      Arena arena = Arena.ofShared();
      return new Memory(arena.allocate(bytes, 64), arena, hostVisible);
    }

    @Override
    public Optional<DeviceMemory> importHost(MemorySegment segment) {
      if (!hostVisible) {
        return Optional.empty();
      }
      openHandles.incrementAndGet();
      return Optional.of(new Memory(segment, null, true));
    }

    @Override
    public void claim(GraphView graph, ClaimContext claimContext, ClaimSink sink) {
      for (NodeView node : graph.nodes()) {
        if (refuses.test(node.op())) {
          sink.refuse(node, "fakes do not know " + node.op());
        } else {
          sink.fusable(node, Cost.ready());
        }
      }
    }

    @Override
    public Program compile(Partition partition, CompileContext compileContext) {
      compiles.incrementAndGet();
      openHandles.incrementAndGet();
      return new FakeProgram(partition);
    }

    @Override
    public Stream openStream() {
      openHandles.incrementAndGet();
      return new FakeStream();
    }

    @Override
    public void close() {}
  }

  private final class Memory implements DeviceMemory {
    final MemorySegment content;
    final Arena arena;
    final boolean visible;

    Memory(MemorySegment content, Arena arena, boolean visible) {
      this.content = content;
      this.arena = arena;
      this.visible = visible;
    }

    @Override
    public long bytes() {
      return content.byteSize();
    }

    @Override
    public Optional<MemorySegment> segment() {
      return visible ? Optional.of(content) : Optional.empty();
    }

    @Override
    public void close() {
      openHandles.decrementAndGet();
      if (arena != null) {
        arena.close();
      }
    }
  }

  private static MemorySegment bytesOf(MemorySlice slice) {
    return ((Memory) slice.memory()).content.asSlice(slice.offset(), slice.bytes());
  }

  private final class FakeProgram implements Program {
    final Partition partition;

    FakeProgram(Partition partition) {
      this.partition = partition;
    }

    @Override
    public long workspaceBytes(long[] dims) {
      return partition.planWorkspace(dims).bytes();
    }

    @Override
    public Binding bind(
        List<MemorySlice> in, List<MemorySlice> out, MemorySlice workspace, long[] dims) {
      Dims values = Dims.none();
      for (int i = 0; i < dims.length; i++) {
        values = values.and(partition.symbols().get(i), dims[i]);
      }
      openHandles.incrementAndGet();
      return new FakeBinding((Graph) partition.graph(), in, out, values);
    }

    @Override
    public void close() {
      openHandles.decrementAndGet();
    }
  }

  private final class FakeBinding implements Binding {
    final Graph graph;
    final List<MemorySlice> in;
    final List<MemorySlice> out;
    final Dims dims;

    FakeBinding(Graph graph, List<MemorySlice> in, List<MemorySlice> out, Dims dims) {
      this.graph = graph;
      this.in = in;
      this.out = out;
      this.dims = dims;
    }

    void run() {
      Map<String, Tensor> inputs = new HashMap<>();
      for (int i = 0; i < in.size(); i++) {
        Value input = graph.inputs().get(i);
        inputs.put(
            input.name(),
            Tensor.copyOf(
                TensorArena.ofAuto(),
                bytesOf(in.get(i)),
                input.dtype(),
                input.shape().resolve(dims).toArray()));
      }
      Map<String, Tensor> outputs = new Interpreter().run(graph, inputs);
      for (int i = 0; i < out.size(); i++) {
        bytesOf(out.get(i)).copyFrom(outputs.get(graph.outputNames().get(i)).segment());
      }
    }

    @Override
    public void close() {
      openHandles.decrementAndGet();
    }
  }

  /** Runs everything on its own thread; execute is submit and await. */
  private final class FakeStream implements Stream {
    private final LinkedBlockingQueue<Runnable> queue = new LinkedBlockingQueue<>();
    private final Set<Long> cancelled = new HashSet<>();
    private final Thread thread;
    private volatile Throwable failure;
    private volatile long completed;
    private volatile boolean closed;
    private long started;
    private long tickets;

    FakeStream() {
      thread = Thread.ofPlatform().daemon().name("fake-stream-" + id).start(this::work);
    }

    private void work() {
      while (!closed) {
        try {
          queue.take().run();
        } catch (InterruptedException e) {
          return;
        }
      }
    }

    private long enqueue(Runnable work) {
      if (failure != null) {
        throw FakePlugin.<RuntimeException>unchecked(failure);
      }
      long ticket = ++tickets;
      queue.add(
          () -> {
            synchronized (cancelled) {
              started = ticket;
              if (cancelled.contains(ticket)) {
                completed = failure == null ? ticket : completed;
                return;
              }
            }
            if (failure != null) {
              return;
            }
            try {
              work.run();
              completed = ticket;
            } catch (RuntimeException | Error e) {
              failure = e;
            }
          });
      return ticket;
    }

    private void compute(Binding binding) {
      begun.countDown();
      CountDownLatch waitFor = gate;
      if (waitFor != null) {
        try {
          waitFor.await();
        } catch (InterruptedException e) {
          throw new HalyardException("the stream was closed at the gate", e);
        }
      }
      Throwable fail = failNext;
      if (fail != null) {
        failNext = null;
        throw FakePlugin.<RuntimeException>unchecked(fail);
      }
      if (loseNext) {
        loseNext = false;
        throw new DeviceLostException("device " + id + " fell off the bus");
      }
      long extra = extraOfRun.applyAsLong(runs.get());
      if (extra > 0) {
        LockSupport.parkNanos(extra);
      }
      ((FakeBinding) binding).run();
      runs.incrementAndGet();
    }

    @Override
    public void execute(Binding binding) {
      long ticket = submit(binding);
      boolean interrupted = false;
      while (completed < ticket) {
        try {
          await(ticket, 1_000_000_000);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public long submit(Binding binding) {
      CountDownLatch waitFor = beforeQueueing;
      if (waitFor != null) {
        try {
          waitFor.await();
        } catch (InterruptedException e) {
          throw new HalyardException("interrupted before queueing", e);
        }
      }
      return enqueue(() -> compute(binding));
    }

    @Override
    public long upload(MemorySegment from, MemorySlice to) {
      return enqueue(() -> bytesOf(to).copyFrom(from));
    }

    @Override
    public long download(MemorySlice from, MemorySegment to) {
      return enqueue(() -> to.copyFrom(bytesOf(from)));
    }

    @Override
    public long copy(MemorySlice from, MemorySlice to) {
      return enqueue(() -> bytesOf(to).copyFrom(bytesOf(from)));
    }

    @Override
    public void waitFor(Stream other, long ticket) {
      if (refusesToWait) {
        throw new HalyardException("this stream waits for nobody");
      }
      if (failure != null) {
        throw FakePlugin.<RuntimeException>unchecked(failure);
      }
      queue.add(
          () -> {
            try {
              while (!other.await(ticket, 1_000_000)) {
                Thread.onSpinWait();
              }
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
              failure = e;
            }
          });
    }

    @Override
    public boolean cancel(long ticket) {
      synchronized (cancelled) {
        return ticket > started && cancelled.add(ticket);
      }
    }

    @Override
    public long completed() {
      return completed;
    }

    @Override
    public boolean await(long ticket, long nanos) throws InterruptedException {
      long deadline = System.nanoTime() + nanos;
      while (completed < ticket) {
        if (failure != null) {
          throw FakePlugin.<RuntimeException>unchecked(failure);
        }
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        if (System.nanoTime() - deadline >= 0) {
          return false;
        }
        LockSupport.parkNanos(20_000);
      }
      return true;
    }

    @Override
    public void close() {
      openHandles.decrementAndGet();
      closed = true;
      thread.interrupt();
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> E unchecked(Throwable e) throws E {
    throw (E) e;
  }
}
