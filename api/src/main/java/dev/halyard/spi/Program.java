package dev.halyard.spi;

import java.util.List;

/** A compiled partition. Safe for use by several threads at once. */
public interface Program extends AutoCloseable {
  /**
   * {@return the bytes of scratch memory that a run needs}
   *
   * @param dims a value per symbol of the partition
   */
  long workspaceBytes(long[] dims);

  /**
   * Resolves everything that a run needs, so that the run itself looks nothing up. Each slice has
   * exactly the size of its port; outputs overlap nothing.
   *
   * @param in a slice per input of the partition
   * @param out a slice per output of the partition
   * @param workspace at least {@link #workspaceBytes}, shared by no other binding in flight
   * @param dims a value per symbol of the partition
   * @return the binding
   */
  Binding bind(List<MemorySlice> in, List<MemorySlice> out, MemorySlice workspace, long[] dims);

  /**
   * Describes the program: generated code, schedule, memory.
   *
   * @param out receives the sections
   */
  default void describe(TextSink out) {}

  /** Frees the program; its bindings are closed before. */
  @Override
  void close();
}
