package dev.halyard.runtime.isolate;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.halyard.CompileException;
import dev.halyard.DType;
import dev.halyard.Dims;
import dev.halyard.Graph;
import dev.halyard.OutOfDeviceMemoryException;
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
import dev.halyard.spi.Isolation;
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
import dev.halyard.spi.TextSink;
import dev.halyard.spi.TimingSink;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A device in a process of its own that computes by the reference interpreter and misbehaves as its
 * configuration says: {@code halyard.scripted.probe}, {@code open}, {@code compile}, {@code bind},
 * {@code allocate}, {@code run} name what becomes of such a call, {@code memory=device} has it
 * reach no memory of the host, {@code copies=refused} has its streams refuse to copy, {@code
 * submissions=slow} has one take 300 ms and fails who asks a hundred times meanwhile.
 */
public final class ScriptedPlugin implements DevicePlugin {
  static final String ID = "scripted";

  private static final Duration SLOW = Duration.ofMillis(200);

  /** For the service loader, and for a child. */
  public ScriptedPlugin() {}

  @Override
  public PluginInfo info() {
    return PluginInfo.builder(ID, "tests", "1", Spi.LEVEL)
        .isolation(Isolation.REQUIRED)
        .environment("SCRIPTED_VARIABLE", "as asked")
        .build();
  }

  @Override
  public void probe(ProbeContext context, ProbeSink found) {
    misbehave(context.configuration().get("probe"), null);
    found.device(
        DeviceDescriptor.builder("scripted-serial", DeviceKind.OTHER, "Scripted")
            .profiles(Profile.DYNAMIC_DIMS)
            .dtypes(DType.F32)
            .properties("variable", context.environment("SCRIPTED_VARIABLE").orElse("not set"))
            .properties("pid", Long.toString(ProcessHandle.current().pid()))
            .build());
  }

  @Override
  public DeviceDriver open(DeviceDescriptor device, DriverContext context) {
    misbehave(context.configuration().get("open"), context);
    return new Driver(context);
  }

  private static void misbehave(String how, @Nullable DriverContext context) {
    switch (Objects.requireNonNullElse(how, "")) {
      case "" -> {}
      case "lost" -> {
        Objects.requireNonNull(context).lost("the card fell off the bus");
        hang();
      }
      case "slow" -> sleep(SLOW);
      case "hang" -> hang();
      case "halt" -> Runtime.getRuntime().halt(3);
      case "hang at exit" -> hangAtExit();
      case "wild" ->
          MemorySegment.ofAddress(8).reinterpret(8).set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
      case "compile exception" -> throw new CompileException("line 3: no such register");
      case "out of memory" -> throw new OutOfDeviceMemoryException("wanted 5, found 4");
      case "arithmetic" -> throw new ArithmeticException("/ by zero");
      default -> throw new IllegalArgumentException("no such behaviour: " + how);
    }
  }

  @SuppressWarnings("BusyWait")
  private static void hang() {
    while (true) {
      sleep(Duration.ofDays(1));
    }
  }

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      // As native code would: it does not listen.
    }
  }

  /** As a library would whose destructors wait for its device: here for {@code pause}. */
  private static void hangAtExit() {
    Linker linker = Linker.nativeLinker();
    MethodHandle atExit =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("__cxa_atexit"),
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS));
    MemorySegment pause = linker.defaultLookup().findOrThrow("pause");
    try {
      int code = (int) atExit.invokeExact(pause, MemorySegment.NULL, MemorySegment.NULL);
      if (code != 0) {
        throw new IllegalStateException("__cxa_atexit gave " + code);
      }
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Driver implements DeviceDriver {
    private final Map<String, String> script;
    private final DriverContext context;

    Driver(DriverContext context) {
      this.context = context;
      this.script = context.configuration();
    }

    private boolean hostVisible() {
      return !"device".equals(script.get("memory"));
    }

    @Override
    public List<MemoryKind> memoryKinds() {
      return List.of(MemoryKind.builder("scripted").hostVisible(hostVisible()).build());
    }

    @Override
    public DeviceMemory allocate(MemoryKind kind, long bytes) {
      misbehave(script.get("allocate"), context);
      Arena arena = Arena.ofShared();
      return new Memory(arena.allocate(bytes, 64), arena, hostVisible());
    }

    @Override
    public Optional<DeviceMemory> importHost(MemorySegment segment) {
      return hostVisible() ? Optional.of(new Memory(segment, null, true)) : Optional.empty();
    }

    @Override
    public void claim(GraphView graph, ClaimContext conditions, ClaimSink sink) {
      for (NodeView node : graph.nodes()) {
        if (node.body().isPresent()) {
          sink.refuse(node, "scripts know no " + node.op());
        } else {
          sink.fusable(node, Cost.ready());
        }
      }
    }

    @Override
    public Program compile(Partition partition, CompileContext conditions) {
      conditions.progress(0.5, "halfway");
      conditions.artefacts().put("scripted", new byte[] {1, 2, 3});
      if (conditions.artefacts().get("scripted").orElseThrow().length != 3) {
        throw new IllegalStateException("an artefact came back another");
      }
      misbehave(script.get("compile"), context);
      return new ScriptedProgram(partition, () -> misbehave(script.get("bind"), context));
    }

    @Override
    public Stream openStream() {
      return new ScriptedStream(script, context);
    }

    @Override
    public void close() {}
  }

  private record Memory(MemorySegment content, Arena arena, boolean visible)
      implements DeviceMemory {
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
      if (arena != null) {
        arena.close();
      }
    }

    static MemorySegment bytesOf(MemorySlice slice) {
      return ((Memory) slice.memory()).content.asSlice(slice.offset(), slice.bytes());
    }
  }

  private record ScriptedProgram(Partition partition, Runnable beforeBind) implements Program {
    @Override
    public long workspaceBytes(long[] dims) {
      return partition.planWorkspace(dims).bytes();
    }

    @Override
    public Binding bind(
        List<MemorySlice> in, List<MemorySlice> out, MemorySlice workspace, long[] dims) {
      beforeBind.run();
      Dims values = Dims.none();
      for (int i = 0; i < dims.length; i++) {
        values = values.and(partition.symbols().get(i), dims[i]);
      }
      return new ScriptedBinding((Graph) partition.graph(), in, out, values);
    }

    @Override
    public void describe(TextSink out) {
      out.section("nodes", partition.graph().nodes().toString());
    }

    @Override
    public void close() {}
  }

  private record ScriptedBinding(
      Graph graph, List<MemorySlice> in, List<MemorySlice> out, Dims dims) implements Binding {
    void run() {
      Map<String, Tensor> inputs = new HashMap<>();
      for (int i = 0; i < in.size(); i++) {
        Value input = graph.inputs().get(i);
        inputs.put(
            input.name(),
            Tensor.copyOf(
                TensorArena.ofAuto(),
                Memory.bytesOf(in.get(i)),
                input.dtype(),
                input.shape().resolve(dims).toArray()));
      }
      Map<String, Tensor> outputs = new Interpreter().run(graph, inputs);
      for (int i = 0; i < out.size(); i++) {
        Tensor output = outputs.get(graph.outputNames().get(i));
        Memory.bytesOf(out.get(i)).copyFrom(output.segment());
      }
    }
  }

  /** Does everything at once, on the thread that asks. */
  private static final class ScriptedStream implements Stream {
    private static final long SLOW_NANOS = 300_000_000;
    private static final int MOST_AWAITS = 100;

    private final Map<String, String> script;
    private final DriverContext context;
    private volatile long completed;
    private long busyUntil;
    private int awaits;

    ScriptedStream(Map<String, String> script, DriverContext context) {
      this.script = script;
      this.context = context;
    }

    private long next() {
      long ticket = completed + 1;
      completed = ticket;
      return ticket;
    }

    @Override
    public void execute(Binding binding) {
      misbehave(script.get("run"), context);
      ((ScriptedBinding) binding).run();
    }

    @Override
    public long submit(Binding binding) {
      execute(binding);
      if (!"slow".equals(script.get("submissions"))) {
        return next();
      }
      awaits = 0;
      busyUntil = System.nanoTime() + SLOW_NANOS;
      return completed + 1;
    }

    private long copy(MemorySegment from, MemorySegment to) {
      if ("refused".equals(script.get("copies"))) {
        throw new IllegalStateException("this stream refuses to copy");
      }
      to.copyFrom(from);
      return next();
    }

    @Override
    public long upload(MemorySegment from, MemorySlice to) {
      return copy(from, Memory.bytesOf(to));
    }

    @Override
    public long download(MemorySlice from, MemorySegment to) {
      return copy(Memory.bytesOf(from), to);
    }

    @Override
    public long copy(MemorySlice from, MemorySlice to) {
      return copy(Memory.bytesOf(from), Memory.bytesOf(to));
    }

    @Override
    public void waitFor(Stream other, long ticket) {}

    @Override
    public long completed() {
      return completed;
    }

    @Override
    public boolean await(long ticket, long nanos) throws InterruptedException {
      if (completed < ticket) {
        if (++awaits > MOST_AWAITS) {
          throw new IllegalStateException("asked too often");
        }
        Thread.sleep(Duration.ofNanos(nanos));
        if (System.nanoTime() >= busyUntil) {
          completed = ticket;
        }
      }
      return completed >= ticket;
    }

    @Override
    public void timing(long ticket, TimingSink sink) {
      sink.simulated("kernel", 100 + ticket);
      sink.assumed("launch", 5, "a guess");
    }

    @Override
    public void close() {}
  }
}
