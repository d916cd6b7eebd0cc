package dev.halyard.spi;

import dev.halyard.Dim;
import java.util.List;
import java.util.Map;

/** A graph as plugins see it. Not for implementation. */
public interface GraphView {
  /** {@return the name that the application gave it} */
  String name();

  /** {@return the symbols in alphabetical order, each with its bounds as a {@link Dim} symbol} */
  Map<String, Dim> symbols();

  /** {@return the inputs and then the states, in order of declaration} */
  List<? extends ValueView> inputs();

  /**
   * {@return the outputs and then the updated states, in order of declaration; see {@link
   * #outputNames}}
   */
  List<? extends ValueView> outputs();

  /**
   * {@return the port name of each of {@link #outputs}; a state has the same name on both sides}
   */
  List<String> outputNames();

  /** {@return the nodes, each after the nodes whose results it uses} */
  List<? extends NodeView> nodes();

  /**
   * {@return the nodes that use a value}
   *
   * @param value a value of this graph
   */
  List<? extends NodeView> consumers(ValueView value);
}
