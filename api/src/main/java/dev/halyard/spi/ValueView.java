package dev.halyard.spi;

import dev.halyard.DType;
import dev.halyard.Shape;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * A value of a graph: an input, a state, a constant, or a result of a node. Not for implementation.
 */
public interface ValueView {
  /** {@return a number that is unique within the graph} */
  int id();

  /** {@return a name for messages and ports; unique among the inputs, states and outputs} */
  String name();

  /** {@return the element type} */
  DType dtype();

  /** {@return the extents; symbolic where the graph is} */
  Shape shape();

  /** {@return the node that makes this value; empty for inputs, states and constants} */
  Optional<NodeView> producer();

  /**
   * {@return the dense row-major bytes of a constant, read-only; empty for every other value}
   *
   * <p>The memory stays valid as long as the segment is reachable.
   */
  Optional<MemorySegment> constant();
}
