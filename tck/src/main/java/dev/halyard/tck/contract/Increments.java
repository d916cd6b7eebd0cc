package dev.halyard.tck.contract;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Tensor;
import dev.halyard.TensorArena;
import dev.halyard.spi.Binding;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Partition;
import dev.halyard.spi.Program;
import dev.halyard.spi.Stream;
import dev.halyard.tck.check.NotClaimed;
import dev.halyard.testkit.QuantizedLayer;
import java.util.Arrays;
import java.util.List;

/**
 * Two blocks of numbers, and bindings from each to the other whose effect adds up: how often they
 * ran, and in which order, shows in the numbers.
 */
final class Increments {
  private static final int COUNT = 5000;
  private static final int ROWS = 32;
  private static final int COLUMNS = 8;

  /** From here on, more fit into I8 than from 0 on. */
  private static final int LOW = -120;

  final Binding there;
  final Binding back;
  private final BareDevice device;
  private final Program program;
  private final Graph graph;
  private final MemorySlice first;
  private final MemorySlice second;

  private Increments(BareDevice device, Graph graph, Partition partition) {
    this.device = device;
    this.graph = graph;
    program = device.compile(partition);
    first = device.block(bytes());
    second = device.block(bytes());
    there = bind(first, second);
    back = bind(second, first);
  }

  /**
   * {@return blocks and bindings of x + 1: an addition in F32, or else a layer of such weights and
   * bias}
   *
   * @throws NotClaimed if the device claims neither
   */
  static Increments of(BareDevice device) {
    List<Graph> graphs = List.of(addition(), layer(DType.I8), layer(DType.I16));
    for (Graph graph : graphs) {
      Partition partition = device.claimed(graph);
      if (partition != null) {
        return new Increments(device, graph, partition);
      }
    }
    throw new NotClaimed("the device claims neither x + 1 in F32 nor a quantised layer that is it");
  }

  private static Graph addition() {
    return Graph.of("step", g -> g.output("y", g.input("x", DType.F32, COUNT).add(1)));
  }

  private static Graph layer(DType dtype) {
    Tensor weights = TensorArena.ofAuto().allocate(dtype, COLUMNS, COLUMNS);
    for (int i = 0; i < COLUMNS; i++) {
      weights.setLong((COLUMNS + 1L) * i, 1);
    }
    long[] ones = new long[COLUMNS];
    Arrays.fill(ones, 1);
    QuantizedLayer step = QuantizedLayer.of(weights, dtype).bias(ones);
    return Graph.of("step", g -> g.output("y", step.apply(g, g.input("x", dtype, ROWS, COLUMNS))));
  }

  private Tensor numbers() {
    return TensorArena.ofAuto()
        .allocate(graph.output("y").dtype(), graph.output("y").shape().toArray());
  }

  private int start() {
    return graph.output("y").dtype().isFloat() ? 0 : LOW;
  }

  private long bytes() {
    return numbers().byteSize();
  }

  private Binding bind(MemorySlice from, MemorySlice to) {
    long scratch = program.workspaceBytes(new long[0]);
    return program.bind(List.of(from), List.of(to), device.block(scratch), new long[0]);
  }

  MemorySlice first() {
    return first;
  }

  MemorySlice second() {
    return second;
  }

  /** Makes every number of a block what it is before any run, and waits. */
  void reset(Stream stream, MemorySlice block) {
    Tensor start = numbers();
    for (long i = 0; i < start.elements(); i++) {
      start.setDouble(i, start());
    }
    device.write(stream, device.host(bytes()).copyFrom(start.segment()), block);
  }

  /** Requires that every number of a block is what so many runs make of it. */
  void require(Stream stream, MemorySlice block, int runs, String when) {
    Tensor found = numbers().copyFrom(device.read(stream, block));
    for (long i = 0; i < found.elements(); i++) {
      if (found.getDouble(i) != start() + runs) {
        throw new AssertionError(
            when
                + ": element "
                + i
                + " is "
                + found.getDouble(i)
                + ", should be "
                + (start() + runs));
      }
    }
  }

  void close() {
    there.close();
    back.close();
  }
}
