package dev.halyard.spi;

import java.util.List;
import java.util.Optional;

/** Nodes of a partition that run as one kernel. Not for implementation. */
public interface Region {
  /** {@return a name for messages, unique in the partition} */
  String name();

  /** {@return the nodes, each after those it uses} */
  List<? extends NodeView> nodes();

  /**
   * {@return the node that gives the region its shape: a matmul, conv, reduction, window; empty for
   * a chain of elementwise nodes, or a whole claim}
   */
  Optional<? extends NodeView> anchor();

  /** {@return whether the device claimed the nodes whole} */
  boolean whole();

  /** {@return the values that the region reads and does not make, constants included} */
  List<? extends ValueView> inputs();

  /** {@return the values made here that another region or an output of the partition reads} */
  List<? extends ValueView> outputs();
}
