package dev.halyard.tck.mutants;

import dev.halyard.CompileOptions;
import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Value;
import dev.halyard.internal.Node;
import dev.halyard.runtime.compile.Lowered;
import dev.halyard.runtime.compile.Lowering;
import dev.halyard.runtime.compile.Placed;
import dev.halyard.runtime.compile.Target;
import dev.halyard.spi.Binding;
import dev.halyard.spi.CompileContext;
import dev.halyard.spi.DeviceDescriptor;
import dev.halyard.spi.DeviceDriver;
import dev.halyard.spi.DevicePlugin;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Partition;
import dev.halyard.spi.PluginInfo;
import dev.halyard.spi.ProbeContext;
import dev.halyard.spi.ProbeSink;
import dev.halyard.spi.Profile;
import dev.halyard.spi.Program;
import dev.halyard.spi.Spi;
import dev.halyard.spi.Stream;
import dev.halyard.tck.wrap.WrappedDriver;
import dev.halyard.tck.wrap.WrappedPlugin;
import dev.halyard.tck.wrap.WrappedProgram;
import dev.halyard.tck.wrap.WrappedStream;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** The CPU plugin under another id, with places for a fault. */
abstract class Mutant extends WrappedPlugin {
  private final boolean fusion;

  Mutant() {
    this(true);
  }

  /** Makes a mutant that compiles what it rewrites with fusion on or off. */
  Mutant(boolean fusion) {
    super(cpu());
    this.fusion = fusion;
  }

  private static DevicePlugin cpu() {
    return ServiceLoader.load(DevicePlugin.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(plugin -> plugin.info().id().equals("cpu"))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public PluginInfo info() {
    return PluginInfo.builder("mutant", "Halyard", "1", Spi.LEVEL).build();
  }

  /** {@return what to say of the device; for faults of descriptors} */
  DeviceDescriptor describe(DeviceDescriptor cpu) {
    return cpu;
  }

  /** {@return a descriptor like the CPU's, to be changed} */
  static DeviceDescriptor.Builder like(DeviceDescriptor cpu, String name, DType... dtypes) {
    return DeviceDescriptor.builder("mutant", cpu.kind(), name)
        .vendor(cpu.vendor())
        .driver(cpu.driver())
        .profiles(cpu.profiles().toArray(Profile[]::new))
        .dtypes(dtypes);
  }

  static DType[] dtypes(DeviceDescriptor cpu) {
    return cpu.dtypes().toArray(DType[]::new);
  }

  @Override
  public void probe(ProbeContext context, ProbeSink found) {
    super.probe(
        context,
        new ProbeSink() {
          @Override
          public void device(DeviceDescriptor cpu) {
            found.device(describe(cpu));
          }

          @Override
          public void nothing(String reason) {
            found.nothing(reason);
          }
        });
  }

  @Override
  protected final DeviceDriver wrap(DeviceDriver driver, DeviceDescriptor device) {
    return driver(driver);
  }

  /** {@return the driver to show; for faults of drivers} */
  DeviceDriver driver(DeviceDriver cpu) {
    return new MutantDriver(cpu);
  }

  /** Puts a fault in the place of a node. */
  Optional<Value> replace(Node node, List<Value> operands, GraphCopy to) {
    return Optional.empty();
  }

  /** {@return the graph to compile in place of one; empty for that one} */
  Optional<Graph> rewrite(Graph graph) {
    return GraphCopy.of(graph, this::replace);
  }

  /** {@return the stream to show; for faults of streams} */
  WrappedStream stream(Stream cpu) {
    return new MutantStream(cpu);
  }

  /** Runs a binding. */
  void execute(Stream cpu, Bound bound) {
    cpu.execute(bound.binding);
  }

  /** {@return the memory that a binding gets for its scratch} */
  MemorySlice workspace(Bound.Made made, MemorySlice workspace) {
    return workspace;
  }

  /** What became of a binding. */
  void bound(Bound bound) {}

  /** A binding with its memory. */
  static final class Bound implements Binding {
    /** A program that was made, with its partition and how it was compiled. */
    record Made(Partition partition, Program program, CompileContext context) {}

    final Made made;
    final List<MemorySlice> in;
    final List<MemorySlice> out;
    final Binding binding;
    long runs;

    Bound(Made made, List<MemorySlice> in, List<MemorySlice> out, Binding binding) {
      this.made = made;
      this.in = in;
      this.out = out;
      this.binding = binding;
    }

    @Override
    public void close() {
      binding.close();
    }
  }

  class MutantDriver extends WrappedDriver {
    MutantDriver(DeviceDriver cpu) {
      super(cpu);
    }

    @Override
    public Program compile(Partition partition, CompileContext context) {
      Program program =
          rewrite((Graph) partition.graph())
              .flatMap(graph -> compile(partition, graph, context))
              .orElseGet(() -> driver.compile(partition, context));
      return new MutantProgram(new Bound.Made(partition, program, context));
    }

    /** Compiles another graph in the place of a partition's, with the same ports. */
    private Optional<Program> compile(Partition partition, Graph graph, CompileContext context) {
      Lowered lowered =
          Lowering.lower(
              graph,
              List.of(new Target("cpu:0", driver, Spi.LEVEL)),
              CompileOptions.defaults().fusion(fusion));
      if (lowered.placed().size() != 1) {
        return Optional.empty();
      }
      Placed placed = lowered.placed().getFirst();
      List<String> inputs = partition.graph().inputs().stream().map(v -> v.name()).toList();
      List<Integer> in = placed.inputs().stream().map(v -> inputs.indexOf(v.name())).toList();
      List<Value> results = lowered.graph().outputs();
      List<Integer> out = placed.outputs().stream().map(results::indexOf).toList();
      boolean fits =
          !in.contains(-1)
              && !out.contains(-1)
              && out.size() == partition.outputs().size()
              && results.stream().distinct().count() == results.size();
      return fits
          ? Optional.of(new Reordered(driver.compile(placed.partition(), context), in, out))
          : Optional.empty();
    }

    @Override
    public Stream openStream() {
      return stream(driver.openStream());
    }
  }

  /** A program whose ports are in another order. */
  private static final class Reordered extends WrappedProgram {
    private final List<Integer> ins;
    private final List<Integer> outs;

    Reordered(Program program, List<Integer> ins, List<Integer> outs) {
      super(program);
      this.ins = ins;
      this.outs = outs;
    }

    @Override
    public Binding bind(
        List<MemorySlice> in, List<MemorySlice> out, MemorySlice workspace, long[] dims) {
      return program.bind(
          ins.stream().map(in::get).toList(),
          outs.stream().map(out::get).toList(),
          workspace,
          dims);
    }
  }

  private final class MutantProgram extends WrappedProgram {
    private final Bound.Made made;

    MutantProgram(Bound.Made made) {
      super(made.program());
      this.made = made;
    }

    @Override
    public Binding bind(
        List<MemorySlice> in, List<MemorySlice> out, MemorySlice workspace, long[] dims) {
      Binding binding = program.bind(in, out, Mutant.this.workspace(made, workspace), dims);
      Bound bound = new Bound(made, List.copyOf(in), List.copyOf(out), binding);
      bound(bound);
      return bound;
    }
  }

  class MutantStream extends WrappedStream {
    MutantStream(Stream cpu) {
      super(cpu);
    }

    @Override
    public void execute(Binding binding) {
      Bound bound = (Bound) binding;
      bound.runs++;
      Mutant.this.execute(stream, bound);
    }

    @Override
    public long submit(Binding binding) {
      return stream.submit(((Bound) binding).binding);
    }
  }
}
