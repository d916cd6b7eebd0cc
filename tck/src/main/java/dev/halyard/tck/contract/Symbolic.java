package dev.halyard.tck.contract;

import dev.halyard.DType;
import dev.halyard.Dim;
import dev.halyard.Dims;
import dev.halyard.Gelu;
import dev.halyard.Graph;
import dev.halyard.Shape;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.Value;
import dev.halyard.runtime.reference.Interpreter;
import dev.halyard.runtime.reference.Rounding;
import dev.halyard.spi.Partition;
import dev.halyard.spi.Program;
import dev.halyard.spi.Stream;
import dev.halyard.tck.check.NotClaimed;
import dev.halyard.testkit.Case;
import dev.halyard.testkit.Comparison;
import dev.halyard.testkit.QuantizedLayer;
import dev.halyard.testkit.QuantizedLayer.Relu;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** A graph of rows whose number is a symbol, compiled once. */
final class Symbolic {
  private static final int COLUMNS = 8;
  private static final Interpreter EXACT = new Interpreter(Rounding.NONE);
  private static final Map<String, UnaryOperator<Value>> STEPS =
      Map.of(
          "add", x -> x.add(1),
          "neg", x -> x.neg(),
          "relu", x -> x.relu(),
          "gelu", x -> x.gelu(Gelu.ERF),
          "softmax", x -> x.softmax(1),
          "sum", x -> x.reduceSum(true, 1),
          "transpose", x -> x.transpose(1, 0));

  private final BareDevice device;
  private final Graph graph;
  private final Partition partition;
  private final Program program;

  private Symbolic(BareDevice device, Graph graph, Partition partition) {
    this.device = device;
    this.graph = graph;
    this.partition = partition;
    program = device.compile(partition);
  }

  static Symbolic of(BareDevice device) {
    for (String step : STEPS.keySet().stream().sorted().toList()) {
      for (DType dtype : List.of(DType.F32, DType.F16, DType.BF16, DType.F64)) {
        Graph graph = graph(step, dtype, (g, x) -> STEPS.getOrDefault(step, v -> v).apply(x));
        Partition partition = device.claimed(graph);
        if (partition != null) {
          return new Symbolic(device, graph, partition);
        }
      }
    }
    return ofLayer(device);
  }

  private static Symbolic ofLayer(BareDevice device) {
    for (DType dtype : LayerCases.DTYPES) {
      QuantizedLayer layer =
          QuantizedLayer.random(new SplittableRandom(7), dtype, 9, dtype, COLUMNS, 5)
              .shift(2)
              .relu(Relu.RELU);
      Graph graph = graph("quantised layer " + dtype, dtype, layer::apply);
      Partition partition = device.claimed(graph);
      if (partition != null) {
        return new Symbolic(device, graph, partition);
      }
    }
    throw new NotClaimed(
        "the device claims none of the kit's symbolic graphs: "
            + STEPS.keySet()
            + " and quantised layers");
  }

  private static Graph graph(
      String name, DType dtype, BiFunction<Graph.Builder, Value, Value> step) {
    return Graph.of(
        name,
        g -> {
          Dim n = Dim.symbol("n", 1, 4096);
          g.output("y", step.apply(g, g.input("x", dtype, Shape.of(n, Dim.of(COLUMNS)))));
        });
  }

  /** Binds the program to a number of rows, runs it once and compares. */
  void requireRight(Stream stream, long n) {
    BareDevice.Bound bound = device.bind(partition, program, n);
    Tensor x = rows(n);
    MemorySegment host = device.host(x.byteSize()).copyFrom(x.segment());
    device.write(stream, host, bound.in().getFirst());
    stream.execute(bound.binding());
    MemorySegment found = device.read(stream, bound.out().getFirst());
    Dims dims = Dims.of("n", n);
    long[] shape = graph.output("y").shape().resolve(dims).toArray();
    Tensor y = Tensor.copyOf(TensorArena.ofAuto(), found, graph.output("y").dtype(), shape);
    wanted(new Case("n = " + n, graph, Map.of("x", x)), dims).check(Map.of("y", y));
  }

  private Tensor rows(long n) {
    DType dtype = partition.inputs().getFirst().value().dtype();
    Tensor x = TensorArena.ofAuto().allocate(dtype, n, COLUMNS);
    double most = dtype.isFloat() ? 1 : Byte.MAX_VALUE;
    for (long i = 0; i < x.elements(); i++) {
      x.setDouble(i, most * Math.sin((double) i + n));
    }
    return x;
  }

  private static Comparison wanted(Case tested, Dims dims) {
    return tested.input("x").dtype().isFloat()
        ? Comparison.of(tested, EXACT::evaluate, dims)
        : Comparison.exact(tested, new Interpreter().run(tested.graph(), tested.inputs()));
  }

  @Override
  public String toString() {
    return graph.name();
  }
}
