package dev.halyard.tck.contract;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.Value;
import dev.halyard.spi.Binding;
import dev.halyard.spi.DeviceMemory;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Partition;
import dev.halyard.spi.Program;
import dev.halyard.spi.Stream;
import dev.halyard.tck.check.NotClaimed;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Two blocks of numbers, and bindings from each to the other whose effect adds up: how often they
 * ran, and in which order, shows in the numbers.
 */
final class Increments {
  /**
   * The simplest steps that a device may claim; each has a start from which it tells runs apart.
   */
  private static final List<UnaryOperator<Value>> STEPS =
      List.of(x -> x.add(1), x -> x.neg(), x -> x.mul(-1), x -> x.relu(), x -> x.abs());

  private static final int COUNT = 5000;

  final Partition partition;
  final Program program;
  final Binding there;
  final Binding back;
  final boolean counts;
  private final BareDevice device;
  private final MemorySlice first;
  private final MemorySlice second;

  private Increments(BareDevice device, Partition partition, boolean counts) {
    this.device = device;
    this.partition = partition;
    this.counts = counts;
    program = device.compile(partition);
    first = block();
    second = block();
    there = bind(first, second);
    back = bind(second, first);
  }

  /**
   * {@return blocks and bindings of x + 1}
   *
   * @throws NotClaimed if the device does not claim additions in F32
   */
  static Increments of(BareDevice device) {
    return new Increments(device, device.partition(graph(STEPS.getFirst())), true);
  }

  /**
   * {@return blocks and bindings of the first of some simple steps that the device claims}
   *
   * @throws NotClaimed if it claims none of them
   */
  static Increments ofAny(BareDevice device) {
    for (UnaryOperator<Value> step : STEPS) {
      Partition partition = device.claimed(graph(step));
      if (partition != null) {
        return new Increments(device, partition, step.equals(STEPS.getFirst()));
      }
    }
    throw new NotClaimed("the device claims none of add, neg, mul, relu and abs in F32");
  }

  private static Graph graph(UnaryOperator<Value> step) {
    return Graph.of("step", g -> g.output("y", step.apply(g.input("x", DType.F32, COUNT))));
  }

  private MemorySlice block() {
    return MemorySlice.of(device.allocate(bytes()), 0, bytes());
  }

  static long bytes() {
    return (long) COUNT * Float.BYTES;
  }

  /** {@return a binding between two blocks, which the caller closes} */
  Binding bind(MemorySlice from, MemorySlice to) {
    long scratch = program.workspaceBytes(new long[0]);
    DeviceMemory workspace = device.allocate(scratch);
    return program.bind(
        List.of(from), List.of(to), MemorySlice.of(workspace, 0, scratch), new long[0]);
  }

  MemorySlice first() {
    return first;
  }

  MemorySlice second() {
    return second;
  }

  /** Fills a block with one number, and waits. */
  void fill(Stream stream, MemorySlice block, float value) {
    MemorySegment host = device.host(bytes());
    for (int i = 0; i < COUNT; i++) {
      host.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
    }
    device.write(stream, host, block);
  }

  /** Requires that every number of a block is the same. */
  void require(Stream stream, MemorySlice block, float wanted, String when) {
    MemorySegment host = device.read(stream, block);
    for (int i = 0; i < COUNT; i++) {
      float found = host.getAtIndex(ValueLayout.JAVA_FLOAT, i);
      if (found != wanted) {
        throw new AssertionError(
            when + ": element " + i + " is " + found + ", should be " + wanted);
      }
    }
  }

  void close() {
    there.close();
    back.close();
  }
}
