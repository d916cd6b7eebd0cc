package dev.halyard.tck.contract;

import dev.halyard.DType;
import dev.halyard.Graph;
import dev.halyard.spi.Binding;
import dev.halyard.spi.MemorySlice;
import dev.halyard.spi.Program;
import dev.halyard.spi.Stream;
import dev.halyard.tck.check.NotClaimed;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Two blocks of numbers, and bindings from each to the other whose effect adds up: how often they
 * ran, and in which order, shows in the numbers.
 */
final class Increments {
  private static final int COUNT = 5000;

  final Binding there;
  final Binding back;
  private final BareDevice device;
  private final Program program;
  private final MemorySlice first;
  private final MemorySlice second;

  private Increments(BareDevice device) {
    this.device = device;
    program = device.compile(device.partition(graph()));
    first = device.block(bytes());
    second = device.block(bytes());
    there = bind(first, second);
    back = bind(second, first);
  }

  /**
   * {@return blocks and bindings of x + 1}
   *
   * @throws NotClaimed if the device does not claim additions in F32
   */
  static Increments of(BareDevice device) {
    return new Increments(device);
  }

  private static Graph graph() {
    return Graph.of("step", g -> g.output("y", g.input("x", DType.F32, COUNT).add(1)));
  }

  private static long bytes() {
    return (long) COUNT * Float.BYTES;
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
