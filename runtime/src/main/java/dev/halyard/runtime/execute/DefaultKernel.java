package dev.halyard.runtime.execute;

import dev.halyard.ArenaBusyException;
import dev.halyard.CompileOptions;
import dev.halyard.Device;
import dev.halyard.Dims;
import dev.halyard.Graph;
import dev.halyard.InvalidGraphException;
import dev.halyard.Invocation;
import dev.halyard.InvocationBuilder;
import dev.halyard.Kernel;
import dev.halyard.Plan;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.runtime.compile.Specialize;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A kernel: a graph, its devices, and a bounded cache of specialisations. */
final class DefaultKernel implements Kernel {
  /** What a kernel needs of the runtime it belongs to. */
  record Services(Compiled.ArtefactStores artefacts, Executor executor, Duration drainTimeout) {}

  private final List<OpenDevice> devices;
  private final Graph graph;
  private final CompileOptions options;
  private final Services services;
  private final Plan plan;
  private final @Nullable Compiled forAllDims;
  private final Set<DefaultInvocation> invocations = ConcurrentHashMap.newKeySet();

  /** Guarded by itself; in order of use, the least recent first. */
  private final LinkedHashMap<Dims, Specialization> specializations =
      new LinkedHashMap<>(16, 0.75f, true);

  private long compilations;
  private long closedExecutions;
  private long closedFailures;

  /** Held while compiling, so that one choice of dimensions is compiled once. */
  private final Object compiling = new Object();

  /** Held while closing, so that whoever closes second waits for the first. */
  private final Object closing = new Object();

  private volatile boolean closed;
  private boolean released;

  /** Who the application chose; a {@link ChosenDevice} knows why. */
  private volatile Device device;

  private DefaultKernel(
      Device device,
      List<OpenDevice> devices,
      Graph graph,
      CompileOptions options,
      Services services) {
    this.device = device;
    this.devices = devices;
    this.graph = graph;
    this.options = options;
    this.services = services;
    boolean once =
        graph.symbols().isEmpty() || devices.stream().allMatch(OpenDevice::servesAllDims);
    this.forAllDims = once ? compile(graph) : null;
    this.plan =
        forAllDims != null
            ? DefaultPlan.of(forAllDims, graph.symbols().isEmpty())
            : DefaultPlan.perSpecialization(graph, devices.getFirst().id());
  }

  /** Compiles a graph for a device and those it may fall back to. */
  static DefaultKernel compile(
      Device device,
      List<OpenDevice> devices,
      Graph graph,
      CompileOptions options,
      Services services) {
    DefaultKernel kernel = new DefaultKernel(device, devices, graph, options, services);
    devices.forEach(open -> open.register(kernel));
    try {
      if (graph.symbols().isEmpty()) {
        kernel.specialize(Dims.none());
      }
      return kernel;
    } catch (RuntimeException e) {
      kernel.close();
      throw e;
    }
  }

  private Compiled compile(Graph concrete) {
    Compiled made = Compiled.of(concrete, devices, options, services.artefacts());
    compilations += made.parts().size();
    return made;
  }

  @Override
  public Graph graph() {
    return graph;
  }

  @Override
  public Device device() {
    return device;
  }

  /** Takes the name of the device that hands the kernel out, which knows why it was chosen. */
  void face(Device chosen) {
    device = chosen;
  }

  @Override
  public Plan plan() {
    if (forAllDims != null) {
      return plan;
    }
    synchronized (specializations) {
      return specializations.isEmpty()
          ? plan
          : DefaultPlan.of(specializations.lastEntry().getValue().compiled(), true);
    }
  }

  @Override
  public TensorArena openArena() {
    return device.openArena();
  }

  @Override
  public Tensor allocateInput(TensorArena arena, String name, Dims dims) {
    return allocate(arena, graph.input(name), name, dims);
  }

  @Override
  public Tensor allocateOutput(TensorArena arena, String name, Dims dims) {
    return allocate(arena, graph.output(name), name, dims);
  }

  private Tensor allocate(TensorArena arena, Value port, String name, Dims dims) {
    if (port.shape().isStatic()) {
      return arena.allocate(port.dtype(), port.shape().toArray());
    }
    if (dims.equals(Dims.none())) {
      throw new InvalidGraphException(
          "graph '"
              + graph.name()
              + "', '"
              + name
              + "' has the symbolic shape "
              + port.shape()
              + "; give its dimensions: allocate...(arena, name, dims)");
    }
    return arena.allocate(port.dtype(), port.shape().resolve(dims).toArray());
  }

  @Override
  public void specialize(Dims... dims) {
    for (Dims choice : dims) {
      Dims checked = DimsInference.checked(graph, choice);
      boolean fresh;
      synchronized (specializations) {
        fresh = !specializations.containsKey(checked);
      }
      ready(checked);
      if (fresh && options.warmUp().isPresent()) {
        WarmUp.run(this, checked, options.warmUp().get());
      }
    }
  }

  /** Makes a specialisation ready, compiling outside of the lock that runs and closing need. */
  private void ready(Dims dims) {
    synchronized (compiling) {
      synchronized (specializations) {
        requireOpen();
        if (specializations.containsKey(dims)) {
          return;
        }
      }
      Compiled compiled = forAllDims;
      if (compiled == null) {
        compiled = compile(Specialize.apply(graph, dims));
      } else {
        compiled.retain();
      }
      add(new Specialization(dims, compiled));
    }
  }

  private void add(Specialization made) {
    Compiled evicted = null;
    boolean kept = false;
    synchronized (specializations) {
      if (!closed) {
        kept = true;
        specializations.put(made.dims(), made);
        if (specializations.size() > options.specializations()) {
          // Invocations keep the programs that they use open.
          evicted = specializations.pollFirstEntry().getValue().compiled();
        }
      }
    }
    if (evicted != null) {
      evicted.release();
    }
    if (!kept) {
      made.compiled().release();
      requireOpen();
    }
  }

  /** {@return a specialisation whose programs the memory keeps open} */
  private Specialization retained(Dims dims, InvocationMemory memory) {
    while (true) {
      ready(dims);
      synchronized (specializations) {
        Specialization found = specializations.get(dims);
        // Another thread may have evicted it in between.
        if (found != null) {
          memory.retain(found.compiled());
          return found;
        }
      }
    }
  }

  @Override
  public InvocationBuilder bind() {
    requireOpen();
    return new DefaultInvocationBuilder(this);
  }

  Invocation prepare(DefaultInvocationBuilder builder, List<Dims> choices) {
    requireOpen();
    int entered = 0;
    try {
      for (; entered < devices.size(); entered++) {
        devices.get(entered).enter();
      }
      return register(new Preparation(this, builder).prepare(choices));
    } finally {
      while (entered-- > 0) {
        devices.get(entered).exit();
      }
    }
  }

  /** An invocation that was prepared while the kernel closed is closed like those before it. */
  private Invocation register(DefaultInvocation invocation) {
    synchronized (specializations) {
      if (!closed) {
        invocations.add(invocation);
        return invocation;
      }
    }
    invocation.close();
    requireOpen();
    return invocation;
  }

  /** {@return the specialisations for some dimensions, whose programs the memory keeps open} */
  List<Specialization> retained(List<Dims> choices, InvocationMemory memory) {
    return choices.stream().map(dims -> retained(dims, memory)).toList();
  }

  /** {@return what to throw when preparing fails} */
  RuntimeException preparationFailure(RuntimeException e) {
    // The kernel's and the arenas' own refusals are not the device's failures.
    return e instanceof IllegalStateException || e instanceof IllegalArgumentException
        ? e
        : devices.getFirst().failure("prepare an invocation of graph '" + graph.name() + "'", e);
  }

  @Override
  public Map<String, Tensor> run(Map<String, Tensor> inputs) {
    InvocationBuilder builder = bind();
    DimsInference inference = new DimsInference(graph);
    inputs.forEach(
        (name, tensor) -> inference.learn(name, graph.input(name).shape(), tensor.shape()));
    Set<String> states = graph.states().stream().map(Value::name).collect(Collectors.toSet());
    inputs.forEach(
        (name, tensor) -> {
          if (states.contains(name)) {
            builder.state(name, tensor);
          } else {
            builder.input(name, tensor);
          }
        });
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    TensorArena arena = TensorArena.ofAuto();
    for (String name : graph.outputNames()) {
      if (states.contains(name)) {
        outputs.put(name, requireState(inputs, name));
      } else {
        Tensor output = allocateOutput(arena, name, inference.dims());
        builder.output(name, output);
        outputs.put(name, output);
      }
    }
    try (Invocation invocation = builder.prepare()) {
      invocation.execute();
    }
    return outputs;
  }

  private Tensor requireState(Map<String, Tensor> inputs, String name) {
    Tensor state = inputs.get(name);
    if (state == null) {
      throw new InvalidGraphException(
          "graph '" + graph.name() + "': nothing is given for state '" + name + "'");
    }
    return state;
  }

  @Override
  public Metrics metrics() {
    long executions = closedExecutions;
    long failures = closedFailures;
    for (DefaultInvocation invocation : invocations) {
      executions += invocation.executions();
      failures += invocation.failures();
    }
    synchronized (specializations) {
      return new Metrics(
          executions, failures, specializations.size(), compilations, constantBytes());
    }
  }

  private long constantBytes() {
    Graph measured = forAllDims == null ? graph : forAllDims.lowered().graph();
    Set<Value> constants = new HashSet<>();
    measured.nodes().forEach(node -> node.inputs().forEach(value -> constants.add((Value) value)));
    return constants.stream()
        .flatMap(value -> value.constant().stream())
        .mapToLong(segment -> segment.byteSize())
        .sum();
  }

  Executor executor() {
    return services.executor();
  }

  Duration drainTimeout() {
    return services.drainTimeout();
  }

  void closed(DefaultInvocation invocation) {
    synchronized (specializations) {
      if (invocations.remove(invocation)) {
        closedExecutions += invocation.executions();
        closedFailures += invocation.failures();
      }
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException(
          "the kernel of graph '" + graph.name() + "' is closed; compile it again");
    }
  }

  @Override
  public void close() {
    closed = true;
    synchronized (closing) {
      List<DefaultInvocation> open;
      synchronized (specializations) {
        open = List.copyOf(invocations);
      }
      ArenaBusyException busy = null;
      for (DefaultInvocation invocation : open) {
        try {
          invocation.close();
        } catch (ArenaBusyException e) {
          busy = e;
        }
      }
      if (busy != null) {
        throw busy;
      }
      if (!released) {
        release();
        released = true;
      }
    }
  }

  private void release() {
    synchronized (specializations) {
      specializations.values().forEach(specialization -> specialization.compiled().release());
      specializations.clear();
    }
    if (forAllDims != null) {
      forAllDims.release();
    }
    devices.forEach(open -> open.unregister(this));
  }
}
