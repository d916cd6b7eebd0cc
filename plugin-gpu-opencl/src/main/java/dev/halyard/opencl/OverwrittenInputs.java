package dev.halyard.opencl;

import dev.halyard.spi.MemorySlice;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Outputs that are the very memory of an input, as a state's is: they are computed aside and copied
 * when nothing reads the input any more.
 */
final class OverwrittenInputs {
  private final List<@Nullable OpenClBuffer> asides = new ArrayList<>();

  private OverwrittenInputs() {}

  static OverwrittenInputs of(OpenClContext context, List<MemorySlice> in, List<MemorySlice> out) {
    OverwrittenInputs overwritten = new OverwrittenInputs();
    try {
      for (MemorySlice output : out) {
        boolean shared = in.stream().anyMatch(input -> OpenClMemory.overlap(input, output));
        overwritten.asides.add(shared ? context.allocate(output.bytes()) : null);
      }
      return overwritten;
    } catch (RuntimeException | Error e) {
      overwritten.release();
      throw e;
    }
  }

  /** {@return where to compute an output that takes an input's place; null if it does not} */
  @Nullable OpenClBuffer aside(int output) {
    return asides.get(output);
  }

  void release() {
    for (OpenClBuffer aside : asides) {
      if (aside != null) {
        aside.release();
      }
    }
    asides.clear();
  }
}
