package dev.halyard.cpu;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Constants in the layout that kernels want: packed, widened. Made once per program and shared by
 * its bindings, whatever their dimensions.
 */
final class PreparedConstants implements AutoCloseable {
  private final Arena arena = Arena.ofShared();
  private final CpuCounters counters;
  private final Map<String, MemorySegment> prepared = new HashMap<>();
  private long bytes;

  PreparedConstants(CpuCounters counters) {
    this.counters = counters;
  }

  /**
   * {@return a constant in some layout}
   *
   * @param key the constant and the layout
   * @param size its bytes in that layout
   * @param fill writes it; called once per key
   */
  synchronized MemorySegment get(String key, long size, Consumer<MemorySegment> fill) {
    MemorySegment known = prepared.get(key);
    if (known != null) {
      return known;
    }
    MemorySegment made = CpuMemory.allocate(arena, size, "constant " + key, counters);
    bytes += size;
    fill.accept(made);
    prepared.put(key, made);
    return made;
  }

  synchronized long bytes() {
    return bytes;
  }

  @Override
  public synchronized void close() {
    counters.nativeBytes.add(-bytes);
    arena.close();
  }
}
