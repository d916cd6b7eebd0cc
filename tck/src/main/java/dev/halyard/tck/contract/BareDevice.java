package dev.halyard.tck.contract;

import dev.halyard.CompileOptions;
import dev.halyard.Dims;
import dev.halyard.Graph;
import dev.halyard.UnsupportedOnDeviceException;
import dev.halyard.Value;
import dev.halyard.runtime.compile.Lowered;
import dev.halyard.runtime.compile.Lowering;
import dev.halyard.runtime.compile.Placed;
import dev.halyard.runtime.compile.Target;
import dev.halyard.spi.Binding;
import dev.halyard.spi.ClaimContext;
import dev.halyard.spi.ClaimSink;
import dev.halyard.spi.CompileMode;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.DeviceMemory;
import dev.halyard.spi.GraphView;
import dev.halyard.spi.MemoryKind;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Partition;
import dev.halyard.spi.Port;
import dev.halyard.spi.Program;
import dev.halyard.spi.Stream;
import dev.halyard.tck.check.NotClaimed;
import dev.halyard.tck.check.Subject;
import dev.halyard.tck.wrap.WrappedDriver;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A driver without a runtime: opened, and all that was made of it closed, by the kit. */
final class BareDevice implements AutoCloseable {
  private static final long PAGE = 4096;
  private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(30);

  final DeviceDriver driver;
  final KitContexts.Driver context;
  private final Subject subject;
  private final Arena arena = Arena.ofShared();
  private final List<Runnable> closers = new ArrayList<>();

  BareDevice(Subject subject) {
    this.subject = subject;
    context = new KitContexts.Driver(KitContexts.configuration(subject.info().id()));
    driver = subject.plugin().open(subject.descriptor(), context);
  }

  /** {@return the device's id} */
  String id() {
    return subject.deviceId();
  }

  /** {@return native host memory} */
  MemorySegment host(long bytes) {
    return arena.allocate(bytes, 64);
  }

  /** {@return native host memory that begins with a page, as some devices want what they share} */
  MemorySegment page(long bytes) {
    return arena.allocate(bytes, PAGE);
  }

  Stream stream() {
    Stream stream = driver.openStream();
    closers.add(stream::close);
    return stream;
  }

  /** {@return the preferred kind of memory} */
  MemoryKind kind() {
    return driver.memoryKinds().getFirst();
  }

  DeviceMemory allocate(long bytes) {
    DeviceMemory memory = driver.allocate(kind(), Math.max(1, bytes));
    closers.add(memory::close);
    return memory;
  }

  /** {@return what the runtime offers of a graph, round by round, and what the driver answers} */
  List<Claimed> offers(Graph graph) {
    List<Claimed> offers = new ArrayList<>();
    try {
      lower(graph, offers);
    } catch (UnsupportedOnDeviceException refused) {
      return offers;
    }
    return offers;
  }

  private Lowered lower(Graph graph, List<Claimed> offers) {
    Target target =
        new Target(subject.deviceId(), new Recording(driver, offers), subject.info().level());
    return Lowering.lower(graph, List.of(target), CompileOptions.defaults());
  }

  /** Notes what is offered to a driver and what it answers. */
  private static final class Recording extends WrappedDriver {
    private final List<Claimed> offers;

    Recording(DeviceDriver driver, List<Claimed> offers) {
      super(driver);
      this.offers = offers;
    }

    @Override
    public void claim(GraphView graph, ClaimContext claim, ClaimSink sink) {
      Claimed claimed = new Claimed(graph, sink);
      offers.add(claimed);
      try {
        driver.claim(graph, claim, claimed);
      } catch (UnsupportedOnDeviceException e) {
        throw new AssertionError("claim() throws where it should refuse nodes: " + e, e);
      } finally {
        claimed.end();
      }
    }
  }

  /**
   * A graph that the device takes as a whole.
   *
   * @param partition what is compiled
   * @param inputs for each of its inputs, the name of the graph's input
   * @param outputs for each of its outputs, the name of the graph's output
   */
  record Taken(Partition partition, List<String> inputs, List<String> outputs) {}

  /**
   * {@return the only partition of a graph}
   *
   * @throws NotClaimed if the device refuses a part of the graph
   */
  Taken taken(Graph graph) {
    try {
      Lowered lowered = lower(graph, new ArrayList<>());
      Placed placed = lowered.placed().getFirst();
      List<String> inputs = placed.inputs().stream().map(Value::name).toList();
      List<String> outputs =
          placed.outputs().stream()
              .map(lowered.graph().outputs()::indexOf)
              .map(lowered.graph().outputNames()::get)
              .toList();
      return new Taken(placed.partition(), inputs, outputs);
    } catch (UnsupportedOnDeviceException e) {
      throw new NotClaimed(String.valueOf(e.getMessage()));
    }
  }

  /**
   * {@return the only partition of a graph}
   *
   * @throws NotClaimed if the device refuses a part of the graph
   */
  Partition partition(Graph graph) {
    return taken(graph).partition();
  }

  /** {@return the only partition of a graph; null if the device refuses a part of it} */
  @Nullable Partition claimed(Graph graph) {
    try {
      return partition(graph);
    } catch (NotClaimed refused) {
      return null;
    }
  }

  boolean claims(Graph graph) {
    return claimed(graph) != null;
  }

  Program compile(Partition partition) {
    return compile(partition, CompileMode.JIT, new KitContexts.Store());
  }

  Program compile(Partition partition, CompileMode mode, KitContexts.Store store) {
    closers.add(store::close);
    Program program = driver.compile(partition, new KitContexts.Compile(mode, store));
    closers.add(program::close);
    return program;
  }

  /** {@return a binding of a program to new memory} */
  Bound bind(Partition partition, Program program, long... dims) {
    List<MemorySlice> in = blocks(partition, partition.inputs(), dims);
    List<MemorySlice> out = blocks(partition, partition.outputs(), dims);
    long scratch = program.workspaceBytes(dims);
    Binding binding = program.bind(in, out, block(scratch), dims);
    closers.add(binding::close);
    return new Bound(in, out, binding);
  }

  /** {@return a block of the preferred kind of memory} */
  MemorySlice block(long bytes) {
    return MemorySlice.of(allocate(bytes), 0, bytes);
  }

  private List<MemorySlice> blocks(Partition partition, List<? extends Port> ports, long... dims) {
    Dims values = Dims.none();
    for (int i = 0; i < dims.length; i++) {
      values = values.and(partition.symbols().get(i), dims[i]);
    }
    List<MemorySlice> slices = new ArrayList<>();
    for (Port port : ports) {
      long elements = 1;
      for (long extent : port.value().shape().resolve(values).toArray()) {
        elements *= extent;
      }
      long bytes = elements * port.value().dtype().bytes();
      slices.add(block(bytes));
    }
    return slices;
  }

  /** A binding with its memory. */
  record Bound(List<MemorySlice> in, List<MemorySlice> out, Binding binding) {}

  /** Copies to the device, and waits. */
  void write(Stream stream, MemorySegment from, MemorySlice to) {
    await(stream, stream.upload(from, to));
  }

  /** Copies from the device, and waits. */
  MemorySegment read(Stream stream, MemorySlice from) {
    MemorySegment to = host(Math.max(1, from.bytes())).asSlice(0, from.bytes());
    await(stream, stream.download(from, to));
    return to;
  }

  static void await(Stream stream, long ticket) {
    try {
      if (!stream.await(ticket, WAIT_NANOS)) {
        throw new AssertionError("ticket " + ticket + " did not complete in 30 s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for ticket " + ticket, e);
    }
  }

  @Override
  public void close() {
    closers.reversed().forEach(Runnable::run);
    driver.close();
    context.close();
    arena.close();
  }
}
