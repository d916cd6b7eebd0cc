package dev.halyard.internal;

import dev.halyard.Graph;
import java.lang.foreign.MemorySegment;
import java.util.function.Function;

/** Writes and reads the canonical bytes of graphs. */
public final class GraphCodec {
  private GraphCodec() {}

  /** {@return the canonical bytes} */
  public static byte[] write(Graph graph) {
    throw new UnsupportedOperationException("written next");
  }

  /** {@return the graph} */
  public static Graph read(byte[] bytes, Function<String, MemorySegment> constants) {
    throw new UnsupportedOperationException("written next");
  }
}
