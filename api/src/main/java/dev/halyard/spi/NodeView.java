package dev.halyard.spi;

import java.util.List;
import java.util.Optional;

/** One application of an operation. Not for implementation. */
public interface NodeView {
  /** {@return a number that is unique within the graph} */
  int id();

  /** {@return a name for messages, such as {@code matmul_3}} */
  String name();

  /**
   * {@return the versioned id of the operation, such as {@code matmul/1}, {@code
   * halyard.softmax/1}}
   */
  String op();

  /**
   * {@return the SPI level that brought the operation; never above that of the plugin that sees it}
   */
  int level();

  /** {@return the attributes} */
  Attributes attributes();

  /** {@return the operands, in the order that the operation documents} */
  List<? extends ValueView> inputs();

  /** {@return the results, in the order that the operation documents} */
  List<? extends ValueView> outputs();

  /** {@return for a composite, its meaning in terms of other operations; empty for a primitive} */
  Optional<? extends GraphView> body();
}
