package dev.halyard.tck.reference;

import dev.halyard.Dims;
import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.runtime.reference.Interpreter;
import dev.halyard.spi.Binding;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Partition;
import dev.halyard.spi.Port;
import dev.halyard.spi.Program;
import dev.halyard.spi.TextSink;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Interprets the graph of a partition in each run. */
final class ReferenceProgram implements Program {
  private static final Interpreter INTERPRETER = new Interpreter();

  private final Partition partition;
  private final Graph graph;

  ReferenceProgram(Partition partition) {
    this.partition = partition;
    graph = (Graph) partition.graph();
  }

  @Override
  public long workspaceBytes(long[] dims) {
    return 0;
  }

  @Override
  public Binding bind(
      List<MemorySlice> in, List<MemorySlice> out, MemorySlice workspace, long[] dims) {
    Dims values = Dims.none();
    for (int i = 0; i < dims.length; i++) {
      values = values.and(partition.symbols().get(i), dims[i]);
    }
    return new ReferenceBinding(List.copyOf(in), List.copyOf(out), values);
  }

  @Override
  public void describe(TextSink out) {
    out.section("interpreted graph", graph.toString());
  }

  @Override
  public void close() {}

  /** A run's memory and dimensions. */
  final class ReferenceBinding implements Binding {
    private final List<MemorySlice> in;
    private final List<MemorySlice> out;
    private final Dims dims;

    ReferenceBinding(List<MemorySlice> in, List<MemorySlice> out, Dims dims) {
      this.in = in;
      this.out = out;
      this.dims = dims;
    }

    void run() {
      Map<String, Tensor> inputs = new LinkedHashMap<>();
      for (int i = 0; i < in.size(); i++) {
        Port port = partition.inputs().get(i);
        inputs.put(graph.inputs().get(i).name(), read(port, in.get(i)));
      }
      Map<String, Tensor> outputs = INTERPRETER.run(graph, inputs);
      for (int i = 0; i < out.size(); i++) {
        Tensor result = Objects.requireNonNull(outputs.get(graph.outputNames().get(i)));
        out.get(i).segment().copyFrom(result.segment());
      }
    }

    private Tensor read(Port port, MemorySlice slice) {
      long[] shape = port.value().shape().resolve(dims).toArray();
      return Tensor.copyOf(TensorArena.ofAuto(), slice.segment(), port.value().dtype(), shape);
    }
  }
}
