package dev.halyard.cpu;

import dev.halyard.OutOfDeviceMemoryException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Outputs that are the very memory of an input, as a state's is: they are computed aside and copied
 * when nothing reads the input any more.
 */
final class OverwrittenInputs implements AutoCloseable {
  private final List<MemorySegment> outputs = new ArrayList<>();
  private final List<Step> copies = new ArrayList<>();
  private final CpuCounters counters;
  private @Nullable Arena arena;
  private long bytes;

  private OverwrittenInputs(CpuCounters counters) {
    this.counters = counters;
  }

  static OverwrittenInputs of(
      List<MemorySegment> in, List<MemorySegment> out, CpuCounters counters) {
    OverwrittenInputs overwritten = new OverwrittenInputs(counters);
    try {
      for (MemorySegment output : out) {
        boolean shared =
            in.stream().anyMatch(input -> input.asOverlappingSlice(output).isPresent());
        overwritten.outputs.add(
            shared && output.byteSize() > 0 ? overwritten.aside(output) : output);
      }
      return overwritten;
    } catch (OutOfDeviceMemoryException e) {
      overwritten.close();
      throw e;
    }
  }

  private MemorySegment aside(MemorySegment output) {
    Arena owner = arena;
    if (owner == null) {
      owner = Arena.ofShared();
      arena = owner;
    }
    MemorySegment aside =
        CpuMemory.allocate(
            owner, output.byteSize(), "an output that takes an input's place", counters);
    bytes += output.byteSize();
    copies.add(
        new Step(1) {
          @Override
          void run(int task, int worker) {
            MemorySegment.copy(aside, 0, output, 0, output.byteSize());
          }
        });
    return aside;
  }

  /** {@return where to compute each output} */
  List<MemorySegment> outputs() {
    return outputs;
  }

  /** {@return the steps that end a run} */
  List<Step> copies() {
    return copies;
  }

  @Override
  public void close() {
    if (arena != null) {
      counters.nativeBytes.add(-bytes);
      arena.close();
    }
  }
}
